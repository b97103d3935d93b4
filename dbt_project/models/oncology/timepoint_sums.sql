-- Specification 2.2, lesion values at a timepoint and their sum: a measured lesion counts with its settled diameter,
-- an absent one 0, a too small one 5 mm; any other, and every lesion seen at another center, is not evaluated.
{%- set too_small_tenths_mm = 50 %}
{%- set normal_node_tenths_mm = 100 %}
with timepoints as (
    select * from {{ ref('timepoints') }}
    where has_baseline
),

followed as (
    select * from {{ ref('baseline_lesions') }}
),

lesions as (
    select * from {{ ref('harmonised_target_lesions') }}
),

lesion_values as (
    select
        timepoints.person_id,
        timepoints.line_number,
        timepoints.criteria,
        timepoints.assessment_date,
        followed.is_lymph_node,
        followed.baseline_diameter_tenths_mm,
        case
            when lesions.status = 'absent' then 0
            when lesions.status = 'too_small' then {{ too_small_tenths_mm }}
            when lesions.status = 'measured' and followed.diameter_kind = 'viable' then lesions.viable_diameter_tenths_mm
            when lesions.status = 'measured' then lesions.diameter_tenths_mm
        end as diameter_tenths_mm
    from timepoints
    inner join followed
        on
            timepoints.person_id = followed.person_id
            and timepoints.line_number = followed.line_number
            and timepoints.criteria = followed.criteria
    left join lesions
        on
            timepoints.imaging_source_row_id = lesions.imaging_source_row_id
            and followed.center_id = lesions.center_id
            and followed.lesion_number = lesions.lesion_number
)

select
    person_id,
    line_number,
    criteria,
    assessment_date,
    cast(count(*) as integer) as lesion_count,
    cast(count(diameter_tenths_mm) as integer) as evaluated_count,
    cast(sum(baseline_diameter_tenths_mm) as integer) as baseline_sum_tenths_mm,
    cast(sum(diameter_tenths_mm) as integer) as evaluated_sum_tenths_mm,
    case when count(*) = count(diameter_tenths_mm) then cast(sum(diameter_tenths_mm) as integer) end as sum_tenths_mm,
    bool_and(
        coalesce(
            diameter_tenths_mm = 0
            or (is_lymph_node and diameter_tenths_mm < {{ normal_node_tenths_mm }}),
            false
        )
    ) as is_every_lesion_gone
from lesion_values
group by person_id, line_number, criteria, assessment_date
