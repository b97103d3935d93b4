{#- Text, decimals and whole numbers: the conversions in which database engines differ, each in one place. -#}

{#- Any value as text. -#}
{% macro as_text(expression) -%}
    {{ return(adapter.dispatch('as_text', 'hcc')(expression)) }}
{%- endmacro %}

{% macro default__as_text(expression) -%}
    cast({{ expression }} as varchar)
{%- endmacro %}

{#- The warehouse's exact number: 20 digits before the point (specification 1.5 admits 1e15), 18 behind it. -#}
{% macro as_decimal(expression) -%}
    cast({{ expression }} as decimal(38, 18))
{%- endmacro %}

{#-
    The double nearest to a decimal. Engines convert a wide decimal to double by dividing two doubles, which can miss
    the nearest by one unit in the last place; reading its digits as text does not.
-#}
{% macro decimal_to_double(expression) -%}
    cast({{ as_text(expression) }} as double)
{%- endmacro %}
