-- Specification 4, procedures: days from line 1.
with procedures as (
    select * from {{ ref('harmonised_procedures') }}
),

first_lines as (
    select * from {{ ref('treatment_lines') }}
    where line_number = 1
)

select
    procedures.person_id,
    {{ oncology_day('first_lines.line_start_date', 'procedures.performed_on') }} as days_from_line_1,
    procedures.procedure_type,
    procedures.center_id
from procedures
left join first_lines on procedures.person_id = first_lines.person_id
