-- Specification 2.1: lines are numbered from 1 without gaps, end before the next starts, and the next starts only after
-- the regimen window; only the last can be ongoing. Returns the lines that break this.
with lines as (
    select
        *,
        lead(line_start_date) over (partition by person_id order by line_number) as following_start_date,
        row_number() over (partition by person_id order by line_start_date) as expected_number
    from {{ ref('treatment_lines') }}
)

select
    person_id,
    line_number
from lines
where
    line_number <> expected_number
    or line_end_date < line_start_date
    or coalesce(next_line_start_date <> following_start_date, next_line_start_date is not null)
    or coalesce({{ days_between('line_end_date', 'next_line_start_date') }} <> 1, false)
    or coalesce({{ days_between('line_start_date', 'next_line_start_date') }} <= {{ var('regimen_window_days') }}, false)
    or (is_ongoing and next_line_start_date is not null)
