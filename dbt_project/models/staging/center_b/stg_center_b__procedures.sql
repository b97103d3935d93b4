-- Specification 1.4, 手术介入: the name is free text holding one or several types.
{%- set procedure_words = {
    'HAIC': ['肝动脉灌注化疗', 'haic'],
    'TACE': ['肝动脉化疗栓塞', 'tace'],
    'ablation': ['消融'],
    'radiotherapy': ['放疗', '放射治疗'],
    'resection': ['肝切除'],
    'transplant': ['肝移植'],
} %}

with

source as (
    select * from {{ source('landing', 'center_b__procedures') }}
),

parsed as (
    select
        {{ row_provenance('procedures') }},
        {{ identifier('"操作号"') }} as procedure_id,
        {{ identifier('"住院号"') }} as admission_reference,
        "操作名称" as source_name,
        lower("操作名称") as lower_name,
        {{ date_of(parse_any_timestamp('"操作日期"')) }} as performed_on
    from source
),

recognised as (
    select
        *,
        {%- for procedure_type, words in procedure_words.items() %}
        case when {{ holds_any('lower_name', words) }} then '+{{ procedure_type }}' else '' end
        {{ '||' if not loop.last }}
        {%- endfor %} as joined_types
    from parsed
)

select
    {{ row_header(
        row_key='procedure_id',
        reference_kind='admission',
        reference='admission_reference',
        earliest_event_date='performed_on',
        death_checked_date='performed_on'
    ) }},
    procedure_id,
    source_name,
    nullif(substr(joined_types, 2), '') as procedure_types,
    performed_on,
    case
        when is_malformed then 'malformed_row'
        when procedure_id is null or admission_reference is null then 'missing_key'
        when joined_types = '' then 'invalid_code'
        when {{ is_missing_date('performed_on') }} then 'invalid_date'
        when performed_on > extraction_date then 'future_date'
    end as local_reason
from recognised
