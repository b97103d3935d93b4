-- Specification 1.4, 医嘱: one dispensing covers its start and the days supplied; a blank number of days is one day.
-- 停止 counts as given, so both statuses of a given order are completed.
with

source as (
    select * from {{ source('landing', 'center_b__medication_orders') }}
),

recognised_texts as (
    select distinct drug_text from {{ ref('stg_drug_agents') }}
),

parsed as (
    select
        {{ row_provenance('medication_orders') }},
        {{ identifier('"医嘱号"') }} as order_id,
        {{ identifier('"住院号"') }} as admission_reference,
        source."药品名称" as source_name,
        recognised_texts.drug_text is not null as is_recognised,
        {{ date_of(parse_any_timestamp('"开始时间"')) }} as start_date,
        case when source."用药天数" is null then 1 else {{ whole_count('counts') }} end as days_supplied,
        source."医嘱状态" as source_status,
        {{ translated('source."医嘱状态"', {
            '已执行': 'completed', '停止': 'completed', '作废': 'void', '取消': 'void', '退费': 'void'
        }) }} as status
    from source
    left join recognised_texts on source."药品名称" = recognised_texts.drug_text
    left join {{ ref('stg_number_texts') }} as counts on source."用药天数" = counts.source_text
)

select
    {{ row_header(
        row_key='order_id',
        reference_kind='admission',
        reference='admission_reference',
        is_void="coalesce(status = 'void', false)",
        earliest_event_date='start_date',
        death_checked_date='start_date'
    ) }},
    order_id,
    source_name,
    start_date,
    case
        when days_supplied between 1 and 3650 then {{ add_days('start_date', 'days_supplied - 1') }}
    end as stop_date,
    source_status,
    status,
    case
        when is_malformed then 'malformed_row'
        when order_id is null or admission_reference is null then 'missing_key'
        when status is null then 'invalid_code'
        when {{ is_missing_date('start_date') }} then 'invalid_date'
        when start_date > extraction_date then 'future_date'
        when not is_recognised then 'unmapped_agent'
        when days_supplied is null or days_supplied not between 1 and 3650 then 'invalid_value'
    end as local_reason
from parsed
