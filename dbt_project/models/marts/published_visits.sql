-- Specification 4, visits: days from line 1.
with visits as (
    select * from {{ ref('harmonised_visits') }}
),

first_lines as (
    select * from {{ ref('treatment_lines') }}
    where line_number = 1
)

select
    visits.person_id,
    {{ oncology_day('first_lines.line_start_date', 'visits.visit_date') }} as days_from_line_1,
    cast(visits.ecog as integer) as ecog,
    visits.ascites,
    visits.encephalopathy,
    visits.center_id
from visits
left join first_lines on visits.person_id = first_lines.person_id
