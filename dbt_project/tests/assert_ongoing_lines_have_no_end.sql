-- Specification 4: an ongoing line, and no other, comes without an end; days run forwards from line 1. Returns the lines
-- where this does not hold.
select
    person_id,
    line_number
from {{ ref('published_treatment_lines') }}
where
    is_ongoing <> (end_day is null)
    or (line_number = 1) <> (start_day = 0)
    or end_day < start_day
