-- Specification 2.6, last date known alive: the latest date of any kept row of the person (contact alive, visit,
-- laboratory row, imaging, start of an order or dispensing, procedure), not after death, with the row that proves it.
with deaths as (
    select * from {{ ref('harmonised_deaths') }}
),

signs_of_life as (
    select
        person_id,
        contact_date as seen_on,
        source_row_id
    from {{ ref('harmonised_contacts') }}
    where vital_status = 'alive'
    union all
    select
        person_id,
        visit_date as seen_on,
        source_row_id
    from {{ ref('harmonised_visits') }}
    union all
    select
        person_id,
        collected_on as seen_on,
        source_row_id
    from {{ ref('harmonised_lab_specimens') }}
    union all
    select
        person_id,
        study_date as seen_on,
        source_row_id
    from {{ ref('harmonised_imaging_assessments') }}
    union all
    select
        person_id,
        start_date as seen_on,
        source_row_id
    from {{ ref('harmonised_exposures') }}
    union all
    select
        person_id,
        performed_on as seen_on,
        source_row_id
    from {{ ref('harmonised_procedures') }}
),

last_dates as (
    select
        signs_of_life.person_id,
        max(signs_of_life.seen_on) as last_known_alive_date
    from signs_of_life
    left join deaths on signs_of_life.person_id = deaths.person_id
    where coalesce(signs_of_life.seen_on <= deaths.death_date, true)
    group by signs_of_life.person_id
)

select
    last_dates.person_id,
    last_dates.last_known_alive_date,
    min(signs_of_life.source_row_id) as last_known_alive_source_row_id
from last_dates
inner join signs_of_life
    on
        last_dates.person_id = signs_of_life.person_id
        and last_dates.last_known_alive_date = signs_of_life.seen_on
group by last_dates.person_id, last_dates.last_known_alive_date
