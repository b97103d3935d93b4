{#- Specification 2.2: a liver lesion is no lymph node and its organ names the liver. -#}
{% macro oncology_is_liver_lesion(organ, is_lymph_node) -%}
    (not {{ is_lymph_node }} and coalesce(lower({{ organ }}) like '%liver%' or {{ organ }} like '%肝%', false))
{%- endmacro %}

{#-
    The order of lesion numbers: as numbers of any length, other texts last. Numbers compare by the length of their
    digits without leading zeros, then digit by digit.
-#}
{% macro oncology_lesion_number_order(lesion_number) -%}
    {%- set is_number = matches_whole(lesion_number, '[0-9]+') -%}
    {%- set digits = "ltrim(" ~ lesion_number ~ ", '0')" -%}
    case when {{ is_number }} then length({{ digits }}) end nulls last,
    case when {{ is_number }} then {{ digits }} end,
    {{ lesion_number }}
{%- endmacro %}

{#- The two sets of criteria every line is read under, and whether a liver lesion is measured by its viable part. -#}
{% macro oncology_criteria() -%}
    select
        'mRECIST' as criteria,
        true as measures_viable_part
    union all
    select
        'RECIST-1.1' as criteria,
        false as measures_viable_part
{%- endmacro %}

{#- An integer number of tenths of a millimetre as millimetres. -#}
{% macro oncology_tenths_to_mm(tenths) -%}
    (cast({{ tenths }} as double) / cast(10 as double))
{%- endmacro %}

{#- Change between two sums in percent of the first; NULL where the first is 0 or either is unknown. -#}
{% macro oncology_percent_change(before, after) -%}
    (cast(100 * ({{ after }} - {{ before }}) as double) / cast(nullif({{ before }}, 0) as double))
{%- endmacro %}
