-- Specification 2.1, exposure interval: the days an exposure covers. A running one lasts to the center's cut-off, a
-- dose covers at least its agent's minimum days, and none runs past death or the cut-off of its center.
with exposures as (
    select * from {{ ref('harmonised_exposures') }}
),

deaths as (
    select * from {{ ref('harmonised_deaths') }}
),

cutoffs as (
    select * from {{ ref('center_cutoffs') }}
),

covered as (
    select
        exposures.*,
        cutoffs.cutoff_date,
        coalesce(deaths.death_date, cutoffs.cutoff_date) as alive_until,
        greatest(
            coalesce(exposures.stop_date, cutoffs.cutoff_date),
            {{ add_days('exposures.start_date', 'exposures.minimum_exposure_days - 1') }}
        ) as covered_until
    from exposures
    left join deaths on exposures.person_id = deaths.person_id
    left join cutoffs on exposures.center_id = cutoffs.center_id
)

select
    exposure_id,
    source_row_id,
    person_id,
    center_id,
    agent,
    agent_class,
    is_systemic_anticancer,
    start_date,
    least(covered_until, alive_until, cutoff_date) as end_date,
    least(covered_until, alive_until, cutoff_date) = cutoff_date as ends_on_cutoff
from covered
