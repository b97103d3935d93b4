-- Specification 2.3, the flow diagram: for every study and center with a loaded drop the nine steps. Step 1 starts from
-- all persons of the center; persons without the index agent in line 1 fail it.
with persons as (
    select * from {{ ref('harmonised_persons') }}
),

eligibility as (
    select * from {{ ref('eligibility') }}
),

protocols as (
    select * from {{ source('landing', 'protocols') }}
),

centers as (
    select * from {{ ref('center_cutoffs') }}
),

steps as (
    {% for step in oncology_eligibility_steps() %}
    select
        {{ loop.index }} as step_number,
        '{{ step }}' as step
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

person_outcomes as (
    select
        protocols.study_id,
        persons.center_id,
        case when eligibility.person_id is null then 1 else eligibility.failed_step_number end as failed_step_number,
        eligibility.bclc_stage is null as is_stage_unknown,
        eligibility.child_pugh_score is null as is_child_pugh_unknown,
        count(*) as person_count
    from persons
    cross join protocols
    left join eligibility
        on
            persons.person_id = eligibility.person_id
            and protocols.study_id = eligibility.study_id
    group by
        protocols.study_id,
        persons.center_id,
        case when eligibility.person_id is null then 1 else eligibility.failed_step_number end,
        eligibility.bclc_stage is null,
        eligibility.child_pugh_score is null
),

entering as (
    select
        protocols.study_id,
        centers.center_id,
        steps.step_number,
        steps.step,
        outcomes.person_count,
        coalesce(outcomes.failed_step_number = steps.step_number, false) as fails,
        (steps.step = 'has_stage' and outcomes.is_stage_unknown)
        or (steps.step = 'has_liver_function' and outcomes.is_child_pugh_unknown) as is_unknown
    from protocols
    cross join centers
    cross join steps
    left join person_outcomes as outcomes
        on
            protocols.study_id = outcomes.study_id
            and centers.center_id = outcomes.center_id
            and coalesce(steps.step_number <= outcomes.failed_step_number, true)
)

select
    study_id,
    center_id,
    step_number,
    step,
    cast(coalesce(sum(person_count), 0) as bigint) as persons_entering,
    cast(coalesce(sum(case when fails then person_count end), 0) as bigint) as persons_failing,
    cast(coalesce(sum(case when is_unknown then person_count end), 0) as bigint) as persons_unknown
from entering
group by study_id, center_id, step_number, step
