-- Specification 1.3, follow-up contacts. A death without a usable date is dated by its contact (specification 1.6).
with

source as (
    select * from {{ source('landing', 'center_a__follow_up') }}
),

parsed as (
    select
        {{ row_provenance('follow_up') }},
        {{ identifier('contact_id') }} as contact_id,
        {{ identifier('patient_id') }} as patient_reference,
        {{ date_of(parse_iso_timestamp('contact_date')) }} as contact_date,
        {{ closed_list('vital_status', ['alive', 'dead', 'lost']) }} as vital_status,
        nullif({{ date_of(parse_iso_timestamp('death_date')) }}, date '1900-01-01') as read_death_date,
        cause_of_death as source_cause_of_death,
        {{ closed_list('cause_of_death', ['hcc', 'liver_failure', 'other', 'unknown']) }} as cause_of_death
    from source
),

{{ dated_deaths('parsed') }}

select
    {{ row_header(
        row_key='contact_id',
        reference_kind='patient',
        reference='patient_reference',
        earliest_event_date='least(contact_date, death_date)'
    ) }},
    contact_id,
    contact_date,
    vital_status,
    death_date,
    is_death_date_from_contact,
    source_cause_of_death,
    cause_of_death,
    {{ follow_up_reason() }} as local_reason
from dated_deaths
