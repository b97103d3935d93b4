-- Specification 1.3, visits.
with

source as (
    select * from {{ source('landing', 'center_a__visits') }}
),

parsed as (
    select
        {{ row_provenance('visits') }},
        {{ identifier('visit_id') }} as visit_id,
        {{ identifier('patient_id') }} as patient_reference,
        {{ date_of(parse_iso_timestamp('visit_date')) }} as visit_date,
        ecog as source_ecog,
        {{ ecog_status('ecog') }} as ecog,
        ascites as source_ascites,
        {{ closed_list('ascites', ['none', 'mild', 'moderate_severe']) }} as ascites,
        encephalopathy as source_encephalopathy,
        {{ closed_list('encephalopathy', ['none', 'grade_1_2', 'grade_3_4']) }} as encephalopathy
    from source
)

select
    {{ row_header(
        row_key='visit_id',
        reference_kind='patient',
        reference='patient_reference',
        earliest_event_date='visit_date',
        death_checked_date='visit_date'
    ) }},
    visit_id,
    visit_date,
    source_ecog,
    ecog,
    source_ascites,
    ascites,
    source_encephalopathy,
    encephalopathy,
    case
        when is_malformed then 'malformed_row'
        when visit_id is null or patient_reference is null then 'missing_key'
        when
            {{ is_outside_list('source_ecog', 'ecog') }}
            or {{ is_outside_list('source_ascites', 'ascites') }}
            or {{ is_outside_list('source_encephalopathy', 'encephalopathy') }}
            then 'invalid_code'
        when {{ is_missing_date('visit_date') }} then 'invalid_date'
        when visit_date > extraction_date then 'future_date'
    end as local_reason
from parsed
