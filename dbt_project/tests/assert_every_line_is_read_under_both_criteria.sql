-- Specification 2.2: every line has a row under mRECIST and one under RECIST 1.1. Returns the lines that have not.
with lines as (
    select * from {{ ref('treatment_lines') }}
),

baselines as (
    select * from {{ ref('line_baselines') }}
)

select
    lines.person_id,
    lines.line_number
from lines
left join baselines
    on
        lines.person_id = baselines.person_id
        and lines.line_number = baselines.line_number
group by lines.person_id, lines.line_number
having count(distinct baselines.criteria) <> 2
