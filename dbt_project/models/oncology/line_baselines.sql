-- Specification 2.2, baseline of a line: the latest assessment with an eligible lesion in the weeks up to the line's
-- start, else the earliest in the days after it, else none.
with lines as (
    select * from {{ ref('treatment_lines') }}
),

criteria as (
    {{ oncology_criteria() }}
),

measurable_assessments as (
    select distinct
        person_id,
        assessment_date,
        criteria
    from {{ ref('eligible_lesions') }}
),

assessments as (
    select * from {{ ref('response_assessments') }}
),

ranked as (
    select
        lines.person_id,
        lines.line_number,
        measurable_assessments.criteria,
        measurable_assessments.assessment_date,
        row_number() over (
            partition by lines.person_id, lines.line_number, measurable_assessments.criteria
            order by
                case when measurable_assessments.assessment_date <= lines.line_start_date then 0 else 1 end,
                abs({{ days_between('lines.line_start_date', 'measurable_assessments.assessment_date') }})
        ) as preference
    from lines
    inner join measurable_assessments
        on
            lines.person_id = measurable_assessments.person_id
            and {{ days_between('lines.line_start_date', 'measurable_assessments.assessment_date') }}
            between -{{ var('baseline_imaging_days_before') }} and {{ var('baseline_imaging_days_after') }}
)

select
    lines.person_id,
    lines.line_number,
    criteria.criteria,
    lines.line_start_date,
    lines.next_line_start_date,
    ranked.assessment_date as baseline_date,
    assessments.imaging_source_row_id as baseline_imaging_source_row_id,
    assessments.center_id as baseline_center_id,
    assessments.non_target_status as baseline_non_target_status
from lines
cross join criteria
left join ranked
    on
        lines.person_id = ranked.person_id
        and lines.line_number = ranked.line_number
        and criteria.criteria = ranked.criteria
        and ranked.preference = 1
left join assessments
    on
        ranked.person_id = assessments.person_id
        and ranked.assessment_date = assessments.assessment_date
