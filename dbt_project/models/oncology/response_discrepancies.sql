-- Specification 2.2: timepoints whose derived overall response differs from the one the radiologist reported.
select
    person_id,
    line_number,
    criteria,
    assessment_date,
    center_id,
    is_within_line,
    overall_response as derived_response,
    reported_response,
    target_response,
    non_target_response,
    new_lesion,
    imaging_source_row_id
from {{ ref('timepoint_responses') }}
where
    response_source = 'derived'
    and reported_response is not null
    and overall_response <> reported_response
