-- Specification 1.3, patients.
with

source as (
    select * from {{ source('landing', 'center_a__patients') }}
),

parsed as (
    select
        {{ row_provenance('patients') }},
        _person_id as person_id,
        {{ identifier('patient_id') }} as local_patient_id,
        {{ closed_list('sex', ['M', 'F']) }} as sex,
        {{ date_of(parse_iso_timestamp('birth_date')) }} as birth_date,
        diagnosis_code,
        {{ date_of(parse_iso_timestamp('diagnosis_date')) }} as diagnosis_date,
        etiology as source_etiology,
        {{ closed_list(
            "coalesce(etiology, 'unknown')",
            ['HBV', 'HCV', 'HBV+HCV', 'alcohol', 'MASLD', 'other', 'unknown']
        ) }} as etiology
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
