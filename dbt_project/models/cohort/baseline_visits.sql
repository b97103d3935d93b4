-- Specification 2.4, visits: ECOG, ascites and encephalopathy, each on its own from the visits that state it: the latest
-- up to the anchor within the window before it, else the earliest after it; on one day the highest visit id.
{%- set findings = ['ecog', 'ascites', 'encephalopathy'] %}
with anchors as (
    select * from {{ ref('covariate_anchors') }}
),

visits as (
    select * from {{ ref('harmonised_visits') }}
),

in_window as (
    select
        anchors.study_id,
        anchors.person_id,
        anchors.anchor,
        visits.visit_id,
        visits.center_id,
        visits.ecog,
        visits.ascites,
        visits.encephalopathy,
        case when visits.visit_date <= anchors.anchor_date then 0 else 1 end as is_after,
        abs({{ days_between('anchors.anchor_date', 'visits.visit_date') }}) as distance_days
    from anchors
    inner join visits
        on
            anchors.person_id = visits.person_id
            and {{ days_between('anchors.anchor_date', 'visits.visit_date') }}
            between -anchors.baseline_days_before and anchors.baseline_days_after
),

ranked as (
    select
        {% for finding in findings %}
        row_number() over (
            partition by study_id, person_id, anchor, {{ finding }} is null
            order by is_after, distance_days, visit_id desc, center_id
        ) as {{ finding }}_preference,
        {% endfor %}
        *
    from in_window
)

select
    study_id,
    person_id,
    {% for finding in findings %}
    max(case when {{ finding }}_preference = 1 then {{ finding }} end) as {{ finding }},
    {% endfor %}
    anchor
from ranked
group by study_id, person_id, anchor
