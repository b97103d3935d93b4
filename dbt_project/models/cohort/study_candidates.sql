-- Specification 2.3 and 4: for each study the persons whose line 1 contains its index agent; index = start of line 1.
with first_lines as (
    select * from {{ ref('treatment_lines') }}
    where line_number = 1
),

persons as (
    select * from {{ ref('harmonised_persons') }}
),

protocols as (
    select * from {{ source('landing', 'protocols') }}
)

select
    protocols.study_id,
    first_lines.person_id,
    persons.center_id,
    first_lines.line_start_date as index_date,
    first_lines.regimen,
    first_lines.next_line_start_date as line_2_start_date
from first_lines
inner join protocols on {{ oncology_set_text_contains('first_lines.regimen', 'protocols.index_agent') }}
inner join persons on first_lines.person_id = persons.person_id
