{#-
    The covariates of specification 4 in its order, from a relation of the covariates model: diameters in millimetres,
    exact decimals as the nearest doubles.
-#}
{% macro oncology_covariate_columns(relation) -%}
    {%- set laboratory = oncology_laboratory_columns() -%}
    {%- set plain = [
        'age_years', 'sex', 'etiology', 'ecog', 'ascites', 'encephalopathy', 'child_pugh_score', 'child_pugh_class',
        'albi_score', 'albi_grade', 'bclc_stage', 'portal_vein_invasion', 'has_extrahepatic_spread', 'tumor_count',
    ] -%}
    {%- for column in plain %}
    {%- if column in ('ecog', 'tumor_count') %}
    cast({{ relation }}.{{ column }} as integer) as {{ column }},
    {%- else %}
    {{ relation }}.{{ column }},
    {%- endif %}
    {%- endfor %}
    {{ oncology_tenths_to_mm(relation ~ '.largest_diameter_tenths_mm') }} as largest_diameter_mm,
    {{ relation }}.prior_procedure,
    {%- for analyte, column in laboratory.items() %}
    {{ decimal_to_double(relation ~ '.' ~ column) }} as {{ column }},
    {%- if analyte in ('afp', 'hbv_dna') %}
    {{ relation }}.{{ analyte }}_comparator,
    {%- endif %}
    {%- if analyte == 'afp' %}
    {{ relation }}.afp_gt_400,
    {%- elif analyte == 'alt' %}
    {{ relation }}.alt_gt_40,
    {%- endif %}
    {%- endfor %}
    {{ relation }}.nlr,
    {{ relation }}.plr,
    {{ relation }}.fib_4,
    {{ relation }}.meld_score,
    {{ relation }}.cnlc_stage,
    {{ relation }}.antiviral_at_index,
    {{ relation }}.albi_subgrade
{%- endmacro %}
