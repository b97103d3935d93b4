-- Specification 1.4, 患者信息.
with

source as (
    select * from {{ source('landing', 'center_b__patients') }}
),

parsed as (
    select
        {{ row_provenance('patients') }},
        _person_id as person_id,
        {{ identifier('"患者主索引"') }} as local_patient_id,
        {{ translated('"性别"', {'男': 'M', '女': 'F'}) }} as sex,
        {{ date_of(parse_any_timestamp('"出生日期"')) }} as birth_date,
        "诊断编码" as diagnosis_code,
        {{ date_of(parse_any_timestamp('"确诊日期"')) }} as diagnosis_date,
        "病因" as source_etiology,
        {{ translated('coalesce("病因", \'不详\')', {
            '乙肝': 'HBV', '丙肝': 'HCV', '乙肝+丙肝': 'HBV+HCV', '酒精性': 'alcohol', '代谢性': 'MASLD', '其他': 'other',
            '不详': 'unknown'
        }) }} as etiology
    from source
)

select
    {{ row_header(row_key='local_patient_id') }},
    person_id,
    local_patient_id,
    sex,
    birth_date,
    diagnosis_code,
    diagnosis_date,
    source_etiology,
    etiology,
    case
        when is_malformed then 'malformed_row'
        when local_patient_id is null then 'missing_key'
        when sex is null or etiology is null then 'invalid_code'
        when {{ is_missing_date('birth_date') }} then 'invalid_date'
        when birth_date > extraction_date then 'future_date'
    end as local_reason
from parsed
