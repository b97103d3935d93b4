-- Specification 4, imaging_assessments: normalised findings, days from line 1; sites and conclusions are free text and
-- stay in the restricted warehouse.
with imaging as (
    select * from {{ ref('harmonised_imaging_assessments') }}
),

first_lines as (
    select * from {{ ref('treatment_lines') }}
    where line_number = 1
)

select
    imaging.person_id,
    {{ oncology_day('first_lines.line_start_date', 'imaging.study_date') }} as days_from_line_1,
    imaging.modality,
    imaging.is_contrast_enhanced,
    imaging.quality,
    imaging.is_response_assessment,
    imaging.non_target_status,
    imaging.new_lesion,
    imaging.portal_vein_invasion,
    imaging.has_extrahepatic_spread,
    imaging.tumor_count,
    imaging.reported_response,
    imaging.center_id
from imaging
left join first_lines on imaging.person_id = first_lines.person_id
