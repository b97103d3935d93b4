-- Specification 2.1, lines and regimens: walks over a person's era starts, one date a step. A date opens a line when
-- it lies more than regimen_window_days after the current line's start and starts an agent outside its regimen. The
-- regimen is what starts within the window, plus agents of the line before that run through it.
with recursive eras as (
    select * from {{ ref('agent_eras') }}
),

start_dates as (
    select distinct
        person_id,
        era_start_date as start_date
    from eras
),

candidates as (
    select
        start_dates.person_id,
        start_dates.start_date,
        row_number() over (partition by start_dates.person_id order by start_dates.start_date) as start_number,
        {{ oncology_set_of('eras.agent', 'eras.era_start_date = start_dates.start_date') }} as starting_agents,
        {{ oncology_set_of(
            'eras.agent',
            days_between('start_dates.start_date', 'eras.era_start_date') ~ ' between 0 and ' ~ var('regimen_window_days')
        ) }} as window_agents,
        {{ oncology_set_of(
            'eras.agent',
            'eras.era_start_date < start_dates.start_date and '
            ~ days_between('start_dates.start_date', 'eras.era_end_date') ~ ' >= ' ~ var('regimen_window_days')
        ) }} as running_agents
    from start_dates
    inner join eras on start_dates.person_id = eras.person_id
    group by start_dates.person_id, start_dates.start_date
),

walk as (
    select
        person_id,
        start_number,
        1 as line_number,
        start_date as line_start_date,
        window_agents as regimen_agents,
        true as opens_line
    from candidates
    where start_number = 1
    union all
    select
        person_id,
        start_number,
        case when opens_line then line_number + 1 else line_number end as line_number,
        case when opens_line then start_date else line_start_date end as line_start_date,
        case
            when opens_line then {{ oncology_set_with_common('window_agents', 'running_agents', 'regimen_agents') }}
            else regimen_agents
        end as regimen_agents,
        opens_line
    from (
        select
            candidates.*,
            walk.line_number,
            walk.line_start_date,
            walk.regimen_agents,
            {{ days_between('walk.line_start_date', 'candidates.start_date') }} > {{ var('regimen_window_days') }}
            and not {{ oncology_set_is_subset('candidates.starting_agents', 'walk.regimen_agents') }} as opens_line
        from walk
        inner join candidates
            on
                walk.person_id = candidates.person_id
                and walk.start_number + 1 = candidates.start_number
    ) as step
)

select
    person_id,
    line_number,
    line_start_date,
    {{ oncology_set_text('regimen_agents') }} as regimen
from walk
where opens_line
