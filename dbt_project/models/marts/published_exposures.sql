-- Specification 4, exposures: days from line 1; one that runs to its center's cut-off has no end day, as it would date
-- the extract.
with exposures as (
    select * from {{ ref('exposure_intervals') }}
),

first_lines as (
    select * from {{ ref('treatment_lines') }}
    where line_number = 1
)

select
    exposures.person_id,
    {{ oncology_day('first_lines.line_start_date', 'exposures.start_date') }} as days_from_line_1,
    case
        when not exposures.ends_on_cutoff
            then {{ oncology_day('first_lines.line_start_date', 'exposures.end_date') }}
    end as end_days_from_line_1,
    exposures.ends_on_cutoff as is_ongoing,
    exposures.agent,
    exposures.agent_class,
    exposures.is_systemic_anticancer,
    exposures.center_id
from exposures
left join first_lines on exposures.person_id = first_lines.person_id
