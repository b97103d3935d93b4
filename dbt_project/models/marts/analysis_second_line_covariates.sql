-- Specification 2.4: the covariates of cohort members at the start of their line 2, by the rules used at index.
with covariates as (
    select * from {{ ref('covariates') }}
    where anchor = 'line_2'
)

select
    covariates.study_id,
    covariates.person_id,
    covariates.anchor_date as line_2_start_date,
    {{- oncology_covariate_columns('covariates') }}
from covariates
