-- Specification 2.2: responses of every line at all its timepoints with real dates, later ones included, for the
-- restricted analyses.
select
    person_id,
    line_number,
    criteria,
    assessment_date,
    is_within_line,
    target_response,
    non_target_response,
    new_lesion,
    overall_response,
    response_source,
    reported_response,
    imaging_source_row_id
from {{ ref('timepoint_responses') }}
