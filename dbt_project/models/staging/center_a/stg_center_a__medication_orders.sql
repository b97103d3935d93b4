-- Specification 1.3, medication orders. A blank stop date means still running (NULL) for an active order and one day
-- for a completed one; dates are compared without their time.
with

source as (
    select * from {{ source('landing', 'center_a__medication_orders') }}
),

recognised_texts as (
    select distinct drug_text from {{ ref('stg_drug_agents') }}
),

parsed as (
    select
        {{ row_provenance('medication_orders') }},
        {{ identifier('order_id') }} as order_id,
        {{ identifier('patient_id') }} as patient_reference,
        source.drug_name as source_name,
        recognised_texts.drug_text is not null as is_recognised,
        {{ date_of(parse_iso_timestamp('start_date')) }} as start_date,
        source.stop_date as source_stop_date,
        {{ date_of(parse_iso_timestamp('stop_date')) }} as read_stop_date,
        status as source_status,
        {{ closed_list('status', ['active', 'completed', 'cancelled', 'entered_in_error']) }} as status
    from source
    left join recognised_texts on source.drug_name = recognised_texts.drug_text
)

select
    {{ row_header(
        row_key='order_id',
        reference_kind='patient',
        reference='patient_reference',
        status='source_status',
        earliest_event_date='start_date',
        death_checked_date='start_date'
    ) }},
    order_id,
    source_name,
    start_date,
    case when source_stop_date is null and status = 'completed' then start_date else read_stop_date end as stop_date,
    source_status,
    status,
    case
        when is_malformed then 'malformed_row'
        when order_id is null or patient_reference is null then 'missing_key'
        when status is null then 'invalid_code'
        when
            {{ is_missing_date('start_date') }}
            or (source_stop_date is not null and read_stop_date is null)
            then 'invalid_date'
        when start_date > extraction_date then 'future_date'
        when read_stop_date < start_date then 'stop_before_start'
        when not is_recognised then 'unmapped_agent'
    end as local_reason
from parsed
