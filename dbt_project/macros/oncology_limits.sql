{#-
    Specification 2.4: a laboratory value with a comparator stands for an interval. Each macro is true or false when
    the whole interval agrees, else unknown. Values and limits are decimals, so a value at the limit is exact.
-#}

{#- Whether value > limit. -#}
{% macro oncology_is_above(value, comparator, limit) -%}
    (case
        when {{ value }} is null then null
        when {{ comparator }} is null then {{ value }} > {{ limit }}
        when {{ comparator }} = '>' and {{ value }} >= {{ limit }} then true
        when {{ comparator }} = '>=' and {{ value }} > {{ limit }} then true
        when {{ comparator }} in ('<', '<=') and {{ value }} <= {{ limit }} then false
    end)
{%- endmacro %}

{#- Whether value >= limit. -#}
{% macro oncology_is_at_least(value, comparator, limit) -%}
    (case
        when {{ value }} is null then null
        when {{ comparator }} is null then {{ value }} >= {{ limit }}
        when {{ comparator }} in ('>', '>=') and {{ value }} >= {{ limit }} then true
        when {{ comparator }} = '<' and {{ value }} <= {{ limit }} then false
        when {{ comparator }} = '<=' and {{ value }} < {{ limit }} then false
    end)
{%- endmacro %}

{#- The class 1, 2 or 3 of a value: below the low limit, from low to high (both included), above the high one. -#}
{% macro oncology_class_of_three(value, comparator, low, high) -%}
    case
        when not {{ oncology_is_at_least(value, comparator, low) }} then 1
        when {{ oncology_is_above(value, comparator, high) }} then 3
        when {{ oncology_is_at_least(value, comparator, low) }} and not {{ oncology_is_above(value, comparator, high) }} then 2
    end
{%- endmacro %}

{#- The value as a double where it is a plain number; NULL with a comparator. -#}
{% macro oncology_plain_number(value, comparator) -%}
    (case when {{ comparator }} is null then {{ decimal_to_double(value) }} end)
{%- endmacro %}
