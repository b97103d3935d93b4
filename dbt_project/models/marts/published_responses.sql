-- Specification 4, responses: the timepoints within each line under both criteria, days from that line's start.
with responses as (
    select * from {{ ref('timepoint_responses') }}
    where is_within_line
),

lines as (
    select * from {{ ref('treatment_lines') }}
)

select
    responses.person_id,
    responses.line_number,
    responses.criteria,
    {{ oncology_day('lines.line_start_date', 'responses.assessment_date') }} as assessment_day,
    responses.target_response,
    responses.non_target_response,
    responses.new_lesion,
    responses.overall_response,
    responses.response_source,
    responses.reported_response,
    {{ oncology_tenths_to_mm('responses.sum_tenths_mm') }} as sum_mm,
    {{ oncology_tenths_to_mm('responses.baseline_sum_tenths_mm') }} as baseline_sum_mm,
    {{ oncology_tenths_to_mm('responses.nadir_tenths_mm') }} as nadir_mm,
    responses.change_from_nadir_pct,
    {{ oncology_tenths_to_mm('responses.change_from_nadir_tenths_mm') }} as change_from_nadir_mm,
    {{ oncology_tenths_to_mm('responses.change_from_baseline_tenths_mm') }} as change_from_baseline_mm,
    responses.change_from_baseline_pct,
    responses.lesion_count,
    responses.evaluated_count
from responses
inner join lines
    on
        responses.person_id = lines.person_id
        and responses.line_number = lines.line_number
