-- Specification 1.4, 检验: the sixteen measurement columns one below the other, filled cells only. The unit stands in
-- the header, for alpha-fetoprotein in a column of its own.
{%- set measurement_columns = [
    ['afp', '甲胎蛋白', '"甲胎蛋白单位"'],
    ['alt', '谷丙转氨酶(U/L)', "'U/L'"],
    ['ast', '谷草转氨酶(U/L)', "'U/L'"],
    ['ggt', '谷氨酰转肽酶(U/L)', "'U/L'"],
    ['alp', '碱性磷酸酶(U/L)', "'U/L'"],
    ['total_bilirubin', '总胆红素(μmol/L)', "'μmol/L'"],
    ['albumin', '白蛋白(g/L)', "'g/L'"],
    ['prothrombin_time', '凝血酶原时间(s)', "'s'"],
    ['inr', '国际标准化比值', 'cast(null as varchar)'],
    ['creatinine', '肌酐(μmol/L)', "'μmol/L'"],
    ['platelets', '血小板(10^9/L)', "'10^9/L'"],
    ['white_cells', '白细胞(10^9/L)', "'10^9/L'"],
    ['neutrophils', '中性粒细胞(10^9/L)', "'10^9/L'"],
    ['lymphocytes', '淋巴细胞(10^9/L)', "'10^9/L'"],
    ['haemoglobin', '血红蛋白(g/L)', "'g/L'"],
    ['hbv_dna', '乙肝病毒DNA(IU/mL)', "'IU/mL'"],
] %}

with

specimens as (
    select
        {{ row_provenance('lab_results') }},
        *
    from {{ source('landing', 'center_b__lab_results') }}
)

{% for analyte, column, unit in measurement_columns %}
select
    source_row_id,
    center_id,
    {{ identifier('"标本号"') }} || '/{{ analyte }}' as result_id,
    '{{ column }}' as column_name,
    '{{ analyte }}' as analyte,
    "{{ column }}" as source_value,
    {{ unit }} as source_unit
from specimens
where "{{ column }}" is not null
{% if not loop.last %}union all{% endif %}
{% endfor %}
