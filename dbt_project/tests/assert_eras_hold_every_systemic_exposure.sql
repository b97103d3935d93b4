-- Specification 2.1: joining exposures into eras loses none. Returns the counts where they differ.
with exposures as (
    select count(*) as exposure_count
    from {{ ref('exposure_intervals') }}
    where is_systemic_anticancer
),

eras as (
    select coalesce(sum(exposure_count), 0) as exposure_count
    from {{ ref('agent_eras') }}
)

select
    exposures.exposure_count,
    eras.exposure_count as exposure_count_in_eras
from exposures
cross join eras
where exposures.exposure_count <> eras.exposure_count
