{#- Specification 2.2: a liver lesion is no lymph node and its organ names the liver. -#}
{% macro oncology_is_liver_lesion(organ, is_lymph_node) -%}
    (not {{ is_lymph_node }} and coalesce(lower({{ organ }}) like '%liver%' or {{ organ }} like '%肝%', false))
{%- endmacro %}

{#- Order of lesion numbers: by number, then as text; numbers that are none come last. -#}
{% macro oncology_lesion_order(lesion_number) -%}
    oncology_lesion_order
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
