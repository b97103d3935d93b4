{#-
    The covariates of specification 4 in its order, from a relation of the covariates model: diameters in millimetres,
    exact decimals as the nearest doubles. A count of tumours may be as large as a number can be (specification 1.5).
-#}
{% macro oncology_covariate_columns(relation) -%}
    {%- set before_laboratory = [
        'age_years', 'sex', 'etiology', 'ecog', 'ascites', 'encephalopathy', 'child_pugh_score', 'child_pugh_class',
        'albi_score', 'albi_grade', 'bclc_stage', 'portal_vein_invasion', 'has_extrahepatic_spread', 'tumor_count',
    ] -%}
    {%- set beside = {'afp': ['afp_comparator', 'afp_gt_400'], 'alt': ['alt_gt_40'], 'hbv_dna': ['hbv_dna_comparator']} -%}
    {%- for column in before_laboratory %}
        {{ relation }}.{{ column }},
    {%- endfor %}
    {{ oncology_tenths_to_mm(relation ~ '.largest_diameter_tenths_mm') }} as largest_diameter_mm,
    {{ relation }}.prior_procedure,
    {%- for analyte, laboratory_column in oncology_laboratory_columns().items() %}
        {{ decimal_to_double(relation ~ '.' ~ laboratory_column) }} as {{ laboratory_column }},
        {%- for column in beside.get(analyte, []) %}
        {{ relation }}.{{ column }},
        {%- endfor %}
    {%- endfor %}
    {{ relation }}.nlr,
    {{ relation }}.plr,
    {{ relation }}.fib_4,
    {{ relation }}.meld_score,
    {{ relation }}.cnlc_stage,
    {{ relation }}.antiviral_at_index,
    {{ relation }}.albi_subgrade
{%- endmacro %}
