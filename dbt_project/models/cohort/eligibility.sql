-- Specification 2.3: each step judged on its own, and the first that fails. An unknown stage fails where the study
-- restricts stages; an unknown Child-Pugh score passes.
{%- set steps = oncology_eligibility_steps() %}
with candidates as (
    select * from {{ ref('study_candidates') }}
),

persons as (
    select * from {{ ref('harmonised_persons') }}
),

covariates as (
    select * from {{ ref('covariates') }}
    where anchor = 'index'
),

admitted_etiologies as (
    select * from {{ source('landing', 'protocol_etiologies') }}
),

admitted_stages as (
    select * from {{ source('landing', 'protocol_bclc_stages') }}
),

protocols as (
    select
        *,
        study_id in (select admitted_etiologies.study_id from admitted_etiologies) as restricts_etiology,
        study_id in (select admitted_stages.study_id from admitted_stages) as restricts_stage
    from {{ source('landing', 'protocols') }}
),

baselines as (
    select * from {{ ref('line_baselines') }}
    where
        line_number = 1
        and baseline_date is not null
),

followed as (
    select distinct
        person_id,
        criteria
    from {{ ref('timepoints') }}
    where
        line_number = 1
        and is_within_line
),

judged as (
    select
        candidates.study_id,
        candidates.person_id,
        candidates.center_id,
        candidates.index_date,
        covariates.bclc_stage,
        covariates.child_pugh_score,
        candidates.index_date between protocols.enrol_from and protocols.enrol_to as has_first_line,
        coalesce(
            left(persons.diagnosis_code, length(protocols.diagnosis_prefix)) = protocols.diagnosis_prefix, false
        ) as is_hcc,
        covariates.age_years >= protocols.min_age as is_adult,
        not protocols.first_line_monotherapy or candidates.regimen = protocols.index_agent as is_monotherapy,
        not protocols.restricts_etiology or admitted_etiologies.etiology is not null as has_etiology,
        not protocols.restricts_stage or admitted_stages.bclc_stage is not null as has_stage,
        coalesce(covariates.child_pugh_score <= protocols.child_pugh_max, true) as has_liver_function,
        baselines.person_id is not null as has_baseline_imaging,
        followed.person_id is not null or not protocols.require_follow_up_imaging as has_follow_up_imaging
    from candidates
    inner join persons on candidates.person_id = persons.person_id
    inner join protocols on candidates.study_id = protocols.study_id
    inner join covariates
        on
            candidates.study_id = covariates.study_id
            and candidates.person_id = covariates.person_id
    left join admitted_etiologies
        on
            candidates.study_id = admitted_etiologies.study_id
            and persons.etiology = admitted_etiologies.etiology
    left join admitted_stages
        on
            candidates.study_id = admitted_stages.study_id
            and covariates.bclc_stage = admitted_stages.bclc_stage
    left join baselines
        on
            candidates.person_id = baselines.person_id
            and protocols.criteria = baselines.criteria
    left join followed
        on
            candidates.person_id = followed.person_id
            and protocols.criteria = followed.criteria
)

select
    *,
    case
        {% for step in steps %}
        when not {{ step }} then {{ loop.index }}
        {% endfor %}
    end as failed_step_number,
    case
        {% for step in steps %}
        when not {{ step }} then '{{ step }}'
        {% endfor %}
    end as failed_step,
    {{ steps | join(' and ') }} as is_eligible
from judged
