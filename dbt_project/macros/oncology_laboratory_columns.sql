{#- The published column of each analyte (specification 4): its name carries the unit of vocabulary/analytes.csv. -#}
{% macro oncology_laboratory_columns() -%}
    {{ return({
        'afp': 'afp_ng_ml',
        'alt': 'alt_u_l',
        'ast': 'ast_u_l',
        'total_bilirubin': 'total_bilirubin_umol_l',
        'albumin': 'albumin_g_l',
        'inr': 'inr',
        'creatinine': 'creatinine_umol_l',
        'platelets': 'platelets_10_9_l',
        'ggt': 'ggt_u_l',
        'alp': 'alp_u_l',
        'prothrombin_time': 'prothrombin_time_s',
        'white_cells': 'white_cells_10_9_l',
        'neutrophils': 'neutrophils_10_9_l',
        'lymphocytes': 'lymphocytes_10_9_l',
        'haemoglobin': 'haemoglobin_g_l',
        'hbv_dna': 'hbv_dna_iu_ml',
    }) }}
{%- endmacro %}
