-- Specification 1.4, 检验: one specimen a row. Its sixteen measurement cells are judged one by one in
-- stg_center_b__lab_values and never reject the row.
with

source as (
    select * from {{ source('landing', 'center_b__lab_results') }}
),

parsed as (
    select
        {{ row_provenance('lab_results') }},
        {{ identifier('"标本号"') }} as specimen_id,
        {{ identifier('"住院号"') }} as admission_reference,
        {{ parse_any_timestamp('"采样时间"') }} as collected_at,
        {{ parse_any_timestamp('"审核时间"') }} as reported_at
    from source
),

dated as (
    select
        *,
        {{ date_of('collected_at') }} as collected_on
    from parsed
)

select
    {{ row_header(
        row_key='specimen_id',
        reference_kind='admission',
        reference='admission_reference',
        version_at='reported_at',
        earliest_event_date='collected_on',
        death_checked_date='collected_on'
    ) }},
    specimen_id,
    collected_at,
    collected_on,
    case
        when is_malformed then 'malformed_row'
        when specimen_id is null or admission_reference is null then 'missing_key'
        when {{ is_missing_date('collected_on') }} then 'invalid_date'
        when collected_on > extraction_date then 'future_date'
    end as local_reason
from dated
