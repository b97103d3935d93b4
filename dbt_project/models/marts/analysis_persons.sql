-- Specification 2.6: death and the last date known alive of every person, with the source rows that prove them.
with persons as (
    select * from {{ ref('harmonised_persons') }}
),

deaths as (
    select * from {{ ref('harmonised_deaths') }}
),

last_known_alive as (
    select * from {{ ref('last_known_alive') }}
)

select
    persons.person_id,
    persons.center_id,
    deaths.death_date,
    deaths.source_row_id as death_source_row_id,
    last_known_alive.last_known_alive_date,
    last_known_alive.last_known_alive_source_row_id
from persons
left join deaths on persons.person_id = deaths.person_id
left join last_known_alive on persons.person_id = last_known_alive.person_id
