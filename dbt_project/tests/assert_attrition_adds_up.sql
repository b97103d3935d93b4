-- Specification 2.3: who enters a step entered the step before and did not fail it; step 1 starts from all persons of the
-- center, and who passes step 9 is eligible. Returns the steps where this does not hold.
with steps as (
    select
        *,
        lag(persons_entering - persons_failing) over (partition by study_id, center_id order by step_number)
            as persons_remaining_before
    from {{ ref('published_attrition') }}
),

persons as (
    select
        center_id,
        count(*) as person_count
    from {{ ref('published_persons') }}
    group by center_id
),

eligible as (
    select
        study_id,
        center_id,
        count(*) as person_count
    from {{ ref('published_cohort') }}
    where is_eligible
    group by study_id, center_id
)

select
    steps.study_id,
    steps.center_id,
    steps.step_number,
    steps.persons_entering,
    steps.persons_failing,
    steps.persons_unknown
from steps
left join persons on steps.center_id = persons.center_id
left join eligible
    on
        steps.study_id = eligible.study_id
        and steps.center_id = eligible.center_id
where
    (steps.step_number = 1 and steps.persons_entering <> coalesce(persons.person_count, 0))
    or (steps.step_number > 1 and steps.persons_entering <> steps.persons_remaining_before)
    or (steps.step_number = 9 and steps.persons_entering - steps.persons_failing <> coalesce(eligible.person_count, 0))
    or steps.persons_failing > steps.persons_entering
    or steps.persons_unknown > steps.persons_entering
