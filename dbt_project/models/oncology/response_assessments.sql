-- Specification 2.2, assessments: adequate CT or MRI, one a person and day: with a measured target lesion before
-- without, MRI before CT, then the lowest study id as text, then center.
with imaging as (
    select * from {{ ref('harmonised_imaging_assessments') }}
    where is_response_assessment
),

measured as (
    select distinct imaging_source_row_id
    from {{ ref('harmonised_target_lesions') }}
    where status = 'measured'
),

ranked as (
    select
        imaging.*,
        row_number() over (
            partition by imaging.person_id, imaging.study_date
            order by
                case when measured.imaging_source_row_id is null then 1 else 0 end,
                case when imaging.modality = 'MRI' then 0 else 1 end,
                imaging.imaging_id,
                imaging.center_id
        ) as rank_of_day
    from imaging
    left join measured on imaging.source_row_id = measured.imaging_source_row_id
)

select
    person_id,
    study_date as assessment_date,
    source_row_id as imaging_source_row_id,
    imaging_id,
    center_id,
    modality,
    non_target_status,
    new_lesion,
    reported_response,
    portal_vein_invasion,
    has_extrahepatic_spread,
    tumor_count
from ranked
where rank_of_day = 1
