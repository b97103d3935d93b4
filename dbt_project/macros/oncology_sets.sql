{#- Sets of codes as sorted arrays: the one place where these layers need arrays. DuckDB by default. -#}

{#- Distinct values of an expression among the rows of a group that meet the condition; empty when there are none. -#}
{% macro oncology_set_of(expression, condition) -%}
    {{ return(adapter.dispatch('oncology_set_of', 'hcc')(expression, condition)) }}
{%- endmacro %}

{% macro default__oncology_set_of(expression, condition) -%}
    coalesce(list_sort(list(distinct {{ expression }}) filter (where {{ condition }})), cast([] as varchar[]))
{%- endmacro %}

{% macro spark__oncology_set_of(expression, condition) -%}
    sort_array(collect_set({{ expression }}) filter (where {{ condition }}))
{%- endmacro %}

{#- Whether every member of the first set is in the second. -#}
{% macro oncology_set_is_subset(members, others) -%}
    {{ return(adapter.dispatch('oncology_set_is_subset', 'hcc')(members, others)) }}
{%- endmacro %}

{% macro default__oncology_set_is_subset(members, others) -%}
    list_has_all({{ others }}, {{ members }})
{%- endmacro %}

{% macro spark__oncology_set_is_subset(members, others) -%}
    size(array_except({{ members }}, {{ others }})) = 0
{%- endmacro %}

{#- The members of the first set, and those of the second that are in the third too; sorted. -#}
{% macro oncology_set_with_common(members, others, thirds) -%}
    {{ return(adapter.dispatch('oncology_set_with_common', 'hcc')(members, others, thirds)) }}
{%- endmacro %}

{% macro default__oncology_set_with_common(members, others, thirds) -%}
    list_sort(list_distinct(list_concat({{ members }}, list_intersect({{ others }}, {{ thirds }}))))
{%- endmacro %}

{% macro spark__oncology_set_with_common(members, others, thirds) -%}
    sort_array(array_union({{ members }}, array_intersect({{ others }}, {{ thirds }})))
{%- endmacro %}

{#- A set as text, joined by a plus sign. -#}
{% macro oncology_set_text(members) -%}
    {{ return(adapter.dispatch('oncology_set_text', 'hcc')(members)) }}
{%- endmacro %}

{% macro default__oncology_set_text(members) -%}
    array_to_string({{ members }}, '+')
{%- endmacro %}

{% macro spark__oncology_set_text(members) -%}
    array_join({{ members }}, '+')
{%- endmacro %}

{#- Whether a set's text names a member. -#}
{% macro oncology_set_text_contains(set_text, member) -%}
    position('+' || {{ member }} || '+' in '+' || {{ set_text }} || '+') > 0
{%- endmacro %}
