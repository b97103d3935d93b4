-- Specification 1.4, 查体.
with

source as (
    select * from {{ source('landing', 'center_b__visits') }}
),

parsed as (
    select
        {{ row_provenance('visits') }},
        {{ identifier('"就诊号"') }} as visit_id,
        {{ identifier('"住院号"') }} as admission_reference,
        {{ date_of(parse_any_timestamp('"就诊日期"')) }} as visit_date,
        "ECOG" as source_ecog,
        {{ ecog_status('"ECOG"') }} as ecog,
        "腹水" as source_ascites,
        {{ translated('"腹水"', {'无': 'none', '少量': 'mild', '中大量': 'moderate_severe'}) }} as ascites,
        "肝性脑病" as source_encephalopathy,
        {{ translated('"肝性脑病"', {'无': 'none', '1-2级': 'grade_1_2', '3-4级': 'grade_3_4'}) }} as encephalopathy
    from source
)

select
    {{ row_header(
        row_key='visit_id',
        reference_kind='admission',
        reference='admission_reference',
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
        when visit_id is null or admission_reference is null then 'missing_key'
        when
            {{ is_outside_list('source_ecog', 'ecog') }}
            or {{ is_outside_list('source_ascites', 'ascites') }}
            or {{ is_outside_list('source_encephalopathy', 'encephalopathy') }}
            then 'invalid_code'
        when {{ is_missing_date('visit_date') }} then 'invalid_date'
        when visit_date > extraction_date then 'future_date'
    end as local_reason
from parsed
