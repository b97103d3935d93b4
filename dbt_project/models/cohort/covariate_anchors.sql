-- Specification 2.4: the dates at which covariates are derived, index and the start of line 2, with the study's windows
-- and criteria. Every covariate model hangs on this table, so both dates follow the same rules.
with candidates as (
    select * from {{ ref('study_candidates') }}
),

protocols as (
    select * from {{ source('landing', 'protocols') }}
),

anchors as (
    select
        study_id,
        person_id,
        'index' as anchor,
        index_date as anchor_date,
        1 as line_number
    from candidates
    union all
    select
        study_id,
        person_id,
        'line_2' as anchor,
        line_2_start_date as anchor_date,
        2 as line_number
    from candidates
    where line_2_start_date is not null
)

select
    anchors.study_id,
    anchors.person_id,
    anchors.anchor,
    anchors.anchor_date,
    anchors.line_number,
    protocols.criteria,
    protocols.baseline_days_before,
    protocols.baseline_days_after
from anchors
inner join protocols on anchors.study_id = protocols.study_id
