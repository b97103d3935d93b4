-- Specification 2.1: lines of therapy with real dates, for the restricted analyses.
select
    person_id,
    line_number,
    line_start_date,
    line_end_date,
    next_line_start_date,
    regimen,
    regimen_class,
    is_ongoing,
    line_start_source_row_id
from {{ ref('treatment_lines') }}
