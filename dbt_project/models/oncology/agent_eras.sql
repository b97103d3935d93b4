-- Specification 2.1, era: exposures of one systemic anticancer agent, at whatever center, joined while no more than
-- era_gap_days lie between the last day covered so far and the next first day.
with exposures as (
    select * from {{ ref('exposure_intervals') }}
    where is_systemic_anticancer
),

preceded as (
    select
        *,
        max(end_date) over (
            partition by person_id, agent
            order by start_date, source_row_id
            rows between unbounded preceding and 1 preceding
        ) as covered_until_before
    from exposures
),

opened as (
    select
        *,
        coalesce(
            {{ days_between('covered_until_before', 'start_date') }} - 1 > {{ var('era_gap_days') }}, true
        ) as opens_era
    from preceded
),

numbered as (
    select
        *,
        sum(case when opens_era then 1 else 0 end) over (
            partition by person_id, agent
            order by start_date, source_row_id
            rows between unbounded preceding and current row
        ) as era_number
    from opened
)

select
    person_id,
    agent,
    agent_class,
    cast(era_number as integer) as era_number,
    min(start_date) as era_start_date,
    max(end_date) as era_end_date,
    min(case when opens_era then source_row_id end) as start_source_row_id,
    bool_or(ends_on_cutoff) as has_exposure_to_cutoff,
    cast(count(*) as integer) as exposure_count
from numbered
group by person_id, agent, agent_class, era_number
