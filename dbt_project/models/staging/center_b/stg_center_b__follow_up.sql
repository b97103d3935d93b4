-- Specification 1.4, 随访. A death without a usable date is dated by its contact (specification 1.6).
with

source as (
    select * from {{ source('landing', 'center_b__follow_up') }}
),

parsed as (
    select
        {{ row_provenance('follow_up') }},
        {{ identifier('"随访号"') }} as contact_id,
        {{ identifier('"患者主索引"') }} as patient_reference,
        {{ date_of(parse_any_timestamp('"随访日期"')) }} as contact_date,
        {{ translated('"生存状态"', {'存活': 'alive', '死亡': 'dead', '失访': 'lost'}) }} as vital_status,
        nullif({{ date_of(parse_any_timestamp('"死亡日期"')) }}, date '1900-01-01') as read_death_date,
        "死因" as source_cause_of_death,
        {{ translated('"死因"', {'肝癌': 'hcc', '肝衰竭': 'liver_failure', '其他': 'other', '不详': 'unknown'}) }} as cause_of_death
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
