-- Specification 2.4: procedures of any type before the anchor, and whether an antiviral covers it. To have had none is
-- known, not unknown: an empty text.
with anchors as (
    select * from {{ ref('covariate_anchors') }}
),

procedures as (
    select * from {{ ref('harmonised_procedures') }}
),

antivirals as (
    select * from {{ ref('exposure_intervals') }}
    where agent_class = 'antiviral'
),

prior_procedures as (
    select
        anchors.study_id,
        anchors.person_id,
        anchors.anchor,
        {{ oncology_set_text(oncology_set_of('procedures.procedure_type', 'true')) }} as prior_procedure
    from anchors
    inner join procedures
        on
            anchors.person_id = procedures.person_id
            and anchors.anchor_date > procedures.performed_on
    group by anchors.study_id, anchors.person_id, anchors.anchor
),

covered as (
    select distinct
        anchors.study_id,
        anchors.person_id,
        anchors.anchor
    from anchors
    inner join antivirals
        on
            anchors.person_id = antivirals.person_id
            and anchors.anchor_date between antivirals.start_date and antivirals.end_date
)

select
    anchors.study_id,
    anchors.person_id,
    anchors.anchor,
    coalesce(prior_procedures.prior_procedure, '') as prior_procedure,
    covered.person_id is not null as antiviral_at_index
from anchors
left join prior_procedures
    on
        anchors.study_id = prior_procedures.study_id
        and anchors.person_id = prior_procedures.person_id
        and anchors.anchor = prior_procedures.anchor
left join covered
    on
        anchors.study_id = covered.study_id
        and anchors.person_id = covered.person_id
        and anchors.anchor = covered.anchor
