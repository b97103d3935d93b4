-- Specification 2.2, eligible lesions: measured lesions of an assessment that are large enough to be followed when it
-- serves as a baseline, with the diameter that would be settled for them under each set of criteria.
{%- set minimum_tenths_mm = 100 %}
{%- set minimum_node_tenths_mm = 150 %}
with assessments as (
    select * from {{ ref('response_assessments') }}
),

lesions as (
    select * from {{ ref('harmonised_target_lesions') }}
    where status = 'measured'
),

criteria as (
    {{ oncology_criteria() }}
),

settled as (
    select
        assessments.person_id,
        assessments.assessment_date,
        assessments.imaging_source_row_id,
        assessments.center_id,
        criteria.criteria,
        lesions.lesion_number,
        lesions.is_lymph_node,
        lesions.diameter_tenths_mm,
        lesions.viable_diameter_tenths_mm,
        case
            when lesions.is_lymph_node then 'short_axis'
            when
                criteria.measures_viable_part
                and {{ oncology_is_liver_lesion('lesions.organ', 'lesions.is_lymph_node') }}
                and lesions.viable_diameter_tenths_mm is not null
                then 'viable'
            else 'longest'
        end as diameter_kind
    from assessments
    inner join lesions on assessments.imaging_source_row_id = lesions.imaging_source_row_id
    cross join criteria
)

select
    person_id,
    assessment_date,
    imaging_source_row_id,
    center_id,
    criteria,
    lesion_number,
    is_lymph_node,
    diameter_kind,
    case when diameter_kind = 'viable' then viable_diameter_tenths_mm else diameter_tenths_mm end
        as settled_diameter_tenths_mm
from settled
where
    case when diameter_kind = 'viable' then viable_diameter_tenths_mm else diameter_tenths_mm end
    >= case when is_lymph_node then {{ minimum_node_tenths_mm }} else {{ minimum_tenths_mm }} end
