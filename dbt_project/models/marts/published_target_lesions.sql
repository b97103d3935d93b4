-- Specification 4, target_lesions: diameters in millimetres, days from line 1. Lesion numbers and organs are text of the
-- center: published are the lesion's order among the person's lesions at that center and whether it lies in the liver.
with lesions as (
    select * from {{ ref('harmonised_target_lesions') }}
),

imaging as (
    select * from {{ ref('harmonised_imaging_assessments') }}
),

first_lines as (
    select * from {{ ref('treatment_lines') }}
    where line_number = 1
)

select
    lesions.person_id,
    {{ oncology_day('first_lines.line_start_date', 'imaging.study_date') }} as days_from_line_1,
    imaging.modality,
    cast(
        dense_rank() over (
            partition by lesions.person_id, lesions.center_id
            order by {{ oncology_lesion_number_order('lesions.lesion_number') }}
        ) as integer
    ) as lesion_order,
    {{ oncology_is_liver_lesion('lesions.organ', 'lesions.is_lymph_node') }} as is_liver_lesion,
    lesions.is_lymph_node,
    lesions.status,
    {{ oncology_tenths_to_mm('lesions.diameter_tenths_mm') }} as diameter_mm,
    {{ oncology_tenths_to_mm('lesions.viable_diameter_tenths_mm') }} as viable_diameter_mm,
    lesions.center_id
from lesions
inner join imaging on lesions.imaging_source_row_id = imaging.source_row_id
left join first_lines on lesions.person_id = first_lines.person_id
