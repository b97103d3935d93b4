-- Specification 1.3, procedures: one type a row.
with

source as (
    select * from {{ source('landing', 'center_a__procedures') }}
),

parsed as (
    select
        {{ row_provenance('procedures') }},
        {{ identifier('procedure_id') }} as procedure_id,
        {{ identifier('patient_id') }} as patient_reference,
        procedure_type as source_name,
        {{ closed_list('procedure_type', ['TACE', 'HAIC', 'resection', 'ablation', 'radiotherapy', 'transplant']) }} as procedure_types,
        {{ date_of(parse_iso_timestamp('performed_on')) }} as performed_on,
        status as source_status,
        {{ closed_list('status', ['done', 'cancelled']) }} as status
    from source
)

select
    {{ row_header(
        row_key='procedure_id',
        reference_kind='patient',
        reference='patient_reference',
        status='source_status',
        earliest_event_date='performed_on',
        death_checked_date='performed_on'
    ) }},
    procedure_id,
    source_name,
    procedure_types,
    performed_on,
    source_status,
    status,
    case
        when is_malformed then 'malformed_row'
        when procedure_id is null or patient_reference is null then 'missing_key'
        when procedure_types is null or status is null then 'invalid_code'
        when {{ is_missing_date('performed_on') }} then 'invalid_date'
        when performed_on > extraction_date then 'future_date'
    end as local_reason
from parsed
