-- Specification 1.3, imaging studies. A filled extrahepatic text means spread (specification 2.4: blank or 无 = none).
-- Whether contrast was given is not stated.
with

source as (
    select * from {{ source('landing', 'center_a__imaging_studies') }}
),

parsed as (
    select
        {{ row_provenance('imaging_studies') }},
        {{ identifier('study_id') }} as imaging_id,
        {{ identifier('patient_id') }} as patient_reference,
        {{ date_of(parse_iso_timestamp('study_date')) }} as study_date,
        modality as source_modality,
        {{ closed_list('modality', ['CT', 'MRI', 'US', 'PET']) }} as modality,
        {{ closed_list('quality', ['adequate', 'inadequate']) }} as quality,
        non_target_status as source_non_target_status,
        {{ closed_list('non_target_status', ['CR', 'NON-CR/NON-PD', 'PD', 'NE', 'NA']) }} as non_target_status,
        new_lesion as source_new_lesion,
        {{ closed_list('new_lesion', ['Y', 'N']) }} as new_lesion,
        portal_vein_invasion as source_portal_vein_invasion,
        {{ closed_list('portal_vein_invasion', ['none', 'Vp1', 'Vp2', 'Vp3', 'Vp4']) }} as portal_vein_invasion,
        nullif(source.extrahepatic_sites, '无') as extrahepatic_sites,
        source.tumor_count as source_tumor_count,
        coalesce(source.tumor_count = 'multiple', false) as is_tumor_count_multiple,
        {{ whole_count('counts') }} as counted_tumors,
        reported_response as source_reported_response,
        {{ closed_list('reported_response', ['CR', 'PR', 'SD', 'PD', 'NE']) }} as reported_response
    from source
    left join {{ ref('stg_number_texts') }} as counts on source.tumor_count = counts.source_text
)

select
    {{ row_header(
        row_key='imaging_id',
        reference_kind='patient',
        reference='patient_reference',
        earliest_event_date='study_date',
        death_checked_date='study_date'
    ) }},
    imaging_id,
    study_date,
    source_modality,
    modality,
    cast(null as boolean) as is_contrast_enhanced,
    quality,
    source_non_target_status,
    non_target_status,
    source_new_lesion,
    new_lesion,
    source_portal_vein_invasion,
    portal_vein_invasion,
    extrahepatic_sites,
    extrahepatic_sites is not null as has_extrahepatic_spread,
    source_tumor_count,
    is_tumor_count_multiple,
    counted_tumors,
    source_reported_response,
    reported_response,
    case
        when is_malformed then 'malformed_row'
        when imaging_id is null or patient_reference is null then 'missing_key'
        when
            modality is null
            or quality is null
            or {{ is_outside_list('source_non_target_status', 'non_target_status') }}
            or {{ is_outside_list('source_new_lesion', 'new_lesion') }}
            or {{ is_outside_list('source_portal_vein_invasion', 'portal_vein_invasion') }}
            or {{ is_outside_list('source_reported_response', 'reported_response') }}
            then 'invalid_code'
        when {{ is_missing_date('study_date') }} then 'invalid_date'
        when study_date > extraction_date then 'future_date'
        when source_tumor_count is not null and not is_tumor_count_multiple and counted_tumors is null
            then 'invalid_value'
    end as local_reason
from parsed
