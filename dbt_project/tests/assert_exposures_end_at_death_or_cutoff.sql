-- Specification 2.1: no exposure runs past the person's death or the cut-off of its center, and each has its center's
-- cut-off. Returns the exposures that do.
with exposures as (
    select * from {{ ref('exposure_intervals') }}
),

deaths as (
    select * from {{ ref('harmonised_deaths') }}
),

cutoffs as (
    select * from {{ ref('center_cutoffs') }}
)

select exposures.exposure_id
from exposures
left join deaths on exposures.person_id = deaths.person_id
left join cutoffs on exposures.center_id = cutoffs.center_id
where
    coalesce(exposures.end_date > deaths.death_date, false)
    or coalesce(exposures.end_date > cutoffs.cutoff_date, true)
    or coalesce(exposures.end_date < exposures.start_date, true)
