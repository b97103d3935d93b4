-- Specification 2.2, timepoints of a line: assessments dated after both its start and its baseline. Those up to and
-- including the next line's start are within the line; later ones serve the policy that ignores new therapy (2.6).
with baselines as (
    select * from {{ ref('line_baselines') }}
),

assessments as (
    select * from {{ ref('response_assessments') }}
)

select
    baselines.person_id,
    baselines.line_number,
    baselines.criteria,
    assessments.assessment_date,
    assessments.imaging_source_row_id,
    assessments.center_id,
    coalesce(assessments.assessment_date <= baselines.next_line_start_date, true) as is_within_line,
    baselines.baseline_date is not null as has_baseline,
    assessments.reported_response,
    coalesce(assessments.new_lesion, 'N') as new_lesion,
    coalesce(
        assessments.non_target_status,
        case when coalesce(baselines.baseline_non_target_status, 'NA') = 'NA' then 'NA' else 'NE' end
    ) as non_target_response
from baselines
inner join assessments
    on
        baselines.person_id = assessments.person_id
        and baselines.line_start_date < assessments.assessment_date
        and coalesce(baselines.baseline_date, baselines.line_start_date) < assessments.assessment_date
