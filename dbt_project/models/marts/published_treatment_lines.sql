-- Specification 4, treatment_lines: days from line 1; an ongoing line has no end day, as it would date the extract.
with lines as (
    select * from {{ ref('treatment_lines') }}
),

first_lines as (
    select * from {{ ref('treatment_lines') }}
    where line_number = 1
)

select
    lines.person_id,
    lines.line_number,
    lines.regimen,
    lines.regimen_class,
    {{ oncology_day('first_lines.line_start_date', 'lines.line_start_date') }} as start_day,
    case
        when not lines.is_ongoing then {{ oncology_day('first_lines.line_start_date', 'lines.line_end_date') }}
    end as end_day,
    lines.is_ongoing
from lines
inner join first_lines on lines.person_id = first_lines.person_id
