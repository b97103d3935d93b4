{#- The steps of specification 2.3 in their order; each is a column of the eligibility model. -#}
{% macro oncology_eligibility_steps() -%}
    {{ return([
        'has_first_line',
        'is_hcc',
        'is_adult',
        'is_monotherapy',
        'has_etiology',
        'has_stage',
        'has_liver_function',
        'has_baseline_imaging',
        'has_follow_up_imaging',
    ]) }}
{%- endmacro %}
