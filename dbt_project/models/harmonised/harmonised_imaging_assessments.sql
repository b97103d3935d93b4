-- Specification 1.3, 1.4 and 2.2: the kept imaging studies. A response assessment is CT or MRI of adequate quality that
-- is not stated to be without contrast. An uncounted number of tumours counts as four (specification 2.4).
with

studies as (
    {{ union_centers('imaging_studies', '
        source_row_id, center_id, imaging_id, study_date, source_modality, modality, is_contrast_enhanced, quality,
        source_non_target_status, non_target_status, source_new_lesion, new_lesion, source_portal_vein_invasion,
        portal_vein_invasion, extrahepatic_sites, has_extrahepatic_spread, source_tumor_count, is_tumor_count_multiple,
        counted_tumors, source_reported_response, reported_response'
    ) }}
),

{{ kept_rows('imaging_studies') }}

select
    studies.imaging_id,
    studies.source_row_id,
    kept_rows.person_id,
    studies.center_id,
    studies.study_date,
    studies.source_modality,
    studies.modality,
    studies.is_contrast_enhanced,
    studies.quality,
    studies.modality in ('CT', 'MRI')
    and studies.quality = 'adequate'
    and coalesce(studies.is_contrast_enhanced, true) as is_response_assessment,
    studies.source_non_target_status,
    studies.non_target_status,
    studies.source_new_lesion,
    studies.new_lesion,
    studies.source_portal_vein_invasion,
    studies.portal_vein_invasion,
    studies.extrahepatic_sites,
    studies.has_extrahepatic_spread,
    studies.source_tumor_count,
    case when studies.is_tumor_count_multiple then 4 else studies.counted_tumors end as tumor_count,
    studies.is_tumor_count_multiple,
    studies.source_reported_response,
    studies.reported_response
from studies
inner join kept_rows on studies.source_row_id = kept_rows.source_row_id
