{#- Sets of agents as sorted arrays: the one place where the oncology layer needs arrays. DuckDB by default. -#}

{#- Distinct values of an expression among the rows of a group that meet the condition; empty when there are none. -#}
{% macro oncology_agent_set(expression, condition) -%}
    {{ return(adapter.dispatch('oncology_agent_set')(expression, condition)) }}
{%- endmacro %}

{% macro default__oncology_agent_set(expression, condition) -%}
    coalesce(list_sort(list(distinct {{ expression }}) filter (where {{ condition }})), cast([] as varchar[]))
{%- endmacro %}

{% macro spark__oncology_agent_set(expression, condition) -%}
    sort_array(collect_set({{ expression }}) filter (where {{ condition }}))
{%- endmacro %}

{#- Whether every agent of the first set is in the second. -#}
{% macro oncology_is_subset(agents, other_agents) -%}
    {{ return(adapter.dispatch('oncology_is_subset')(agents, other_agents)) }}
{%- endmacro %}

{% macro default__oncology_is_subset(agents, other_agents) -%}
    list_has_all({{ other_agents }}, {{ agents }})
{%- endmacro %}

{% macro spark__oncology_is_subset(agents, other_agents) -%}
    size(array_except({{ agents }}, {{ other_agents }})) = 0
{%- endmacro %}

{#- The agents of the first set, and those of the second that are in the third too; sorted. -#}
{% macro oncology_union_with_common(agents, running_agents, previous_agents) -%}
    {{ return(adapter.dispatch('oncology_union_with_common')(agents, running_agents, previous_agents)) }}
{%- endmacro %}

{% macro default__oncology_union_with_common(agents, running_agents, previous_agents) -%}
    list_sort(list_distinct(list_concat({{ agents }}, list_intersect({{ running_agents }}, {{ previous_agents }}))))
{%- endmacro %}

{% macro spark__oncology_union_with_common(agents, running_agents, previous_agents) -%}
    sort_array(array_union({{ agents }}, array_intersect({{ running_agents }}, {{ previous_agents }})))
{%- endmacro %}

{#- The set as text, joined by a plus sign. -#}
{% macro oncology_agents_text(agents) -%}
    {{ return(adapter.dispatch('oncology_agents_text')(agents)) }}
{%- endmacro %}

{% macro default__oncology_agents_text(agents) -%}
    array_to_string({{ agents }}, '+')
{%- endmacro %}

{% macro spark__oncology_agents_text(agents) -%}
    array_join({{ agents }}, '+')
{%- endmacro %}

{#- Whether a regimen's text (agents joined by a plus sign) names an agent. -#}
{% macro oncology_regimen_contains(regimen, agent) -%}
    position('+' || {{ agent }} || '+' in '+' || {{ regimen }} || '+') > 0
{%- endmacro %}
