-- Specification 1.3, laboratory results: one analyte a row. Values were read and judged once a distinct text before.
with

source as (
    select * from {{ source('landing', 'center_a__lab_results') }}
),

measurements as (
    select * from {{ ref('stg_measurements') }}
),

parsed as (
    select
        {{ row_provenance('lab_results') }},
        {{ identifier('result_id') }} as result_id,
        {{ identifier('patient_id') }} as patient_reference,
        source.test_code,
        test_codes.analyte,
        source.value as source_value,
        source.unit as source_unit,
        measurements.comparator,
        measurements.number,
        measurements.value,
        measurements.unit,
        measurements.reason as measurement_reason,
        {{ parse_iso_timestamp('collected_at') }} as collected_at,
        {{ parse_iso_timestamp('reported_at') }} as reported_at,
        status as source_status,
        {{ closed_list('status', ['final', 'corrected', 'preliminary', 'cancelled']) }} as status
    from source
    left join {{ ref('test_codes') }} as test_codes on source.test_code = test_codes.test_code
    left join measurements
        on
            test_codes.analyte = measurements.analyte
            and coalesce(source.value, '') = coalesce(measurements.source_value, '')
            and coalesce(source.unit, '') = coalesce(measurements.source_unit, '')
),

dated as (
    select
        *,
        {{ date_of('collected_at') }} as collected_on
    from parsed
)

select
    {{ row_header(
        row_key='result_id',
        reference_kind='patient',
        reference='patient_reference',
        version_at='reported_at',
        status='source_status',
        earliest_event_date='collected_on',
        death_checked_date='collected_on'
    ) }},
    result_id,
    collected_at,
    collected_on,
    test_code,
    analyte,
    source_value,
    source_unit,
    comparator,
    number,
    value,
    unit,
    source_status,
    status,
    case
        when is_malformed then 'malformed_row'
        when result_id is null or patient_reference is null then 'missing_key'
        when status is null then 'invalid_code'
        when {{ is_missing_date('collected_on') }} then 'invalid_date'
        when collected_on > extraction_date then 'future_date'
        when analyte is null then 'unmapped_analyte'
        else measurement_reason
    end as local_reason
from dated
