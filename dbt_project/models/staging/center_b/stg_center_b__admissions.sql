-- Specification 1.4, 住院号对照: the admission numbers under which a patient's events are filed.
with

source as (
    select * from {{ source('landing', 'center_b__admissions') }}
),

parsed as (
    select
        {{ row_provenance('admissions') }},
        {{ identifier('"住院号"') }} as admission_id,
        {{ identifier('"患者主索引"') }} as patient_reference
    from source
)

select
    {{ row_header(row_key='admission_id', reference_kind='patient', reference='patient_reference') }},
    admission_id,
    case
        when is_malformed then 'malformed_row'
        when admission_id is null or patient_reference is null then 'missing_key'
    end as local_reason
from parsed
