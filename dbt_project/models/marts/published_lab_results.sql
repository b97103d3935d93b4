-- Specification 4, lab_results: normalised values in the analyte's unit, days from line 1.
with labs as (
    select * from {{ ref('harmonised_lab_results') }}
),

first_lines as (
    select * from {{ ref('treatment_lines') }}
    where line_number = 1
)

select
    labs.person_id,
    {{ oncology_day('first_lines.line_start_date', 'labs.collected_on') }} as days_from_line_1,
    labs.analyte,
    labs.comparator,
    {{ decimal_to_double('labs.value') }} as value,
    labs.unit,
    labs.center_id
from labs
left join first_lines on labs.person_id = first_lines.person_id
