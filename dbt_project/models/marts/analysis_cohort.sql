-- Specification 2.3 and 2.4: the cohort of every study with real dates and ages, for the restricted analyses.
with eligibility as (
    select * from {{ ref('eligibility') }}
),

covariates as (
    select * from {{ ref('covariates') }}
    where anchor = 'index'
)

select
    eligibility.study_id,
    eligibility.person_id,
    eligibility.center_id,
    eligibility.index_date,
    eligibility.is_eligible,
    eligibility.failed_step,
    {{- oncology_covariate_columns('covariates') }}
from eligibility
inner join covariates
    on
        eligibility.study_id = covariates.study_id
        and eligibility.person_id = covariates.person_id
