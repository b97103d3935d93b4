-- Specification 2.4, labs: per analyte the latest result up to the anchor within the window before it, else on the
-- earliest day after it; on one day the latest moment, then the highest result id as text, then center.
{%- set analytes = oncology_laboratory_columns() %}
with anchors as (
    select * from {{ ref('covariate_anchors') }}
),

labs as (
    select * from {{ ref('harmonised_lab_results') }}
),

ranked as (
    select
        anchors.study_id,
        anchors.person_id,
        anchors.anchor,
        labs.analyte,
        labs.value,
        labs.comparator,
        labs.collected_on,
        row_number() over (
            partition by anchors.study_id, anchors.person_id, anchors.anchor, labs.analyte
            order by
                case when labs.collected_on <= anchors.anchor_date then 0 else 1 end,
                abs({{ days_between('anchors.anchor_date', 'labs.collected_on') }}),
                labs.collected_at desc,
                labs.result_id desc,
                labs.center_id
        ) as preference
    from anchors
    inner join labs
        on
            anchors.person_id = labs.person_id
            and {{ days_between('anchors.anchor_date', 'labs.collected_on') }}
            between -anchors.baseline_days_before and anchors.baseline_days_after
)

select
    study_id,
    person_id,
    {% for analyte, column in analytes.items() %}
    max(case when analyte = '{{ analyte }}' then value end) as {{ column }},
    max(case when analyte = '{{ analyte }}' then comparator end) as {{ analyte }}_comparator,
    max(case when analyte = '{{ analyte }}' then collected_on end) as {{ analyte }}_collected_on,
    {% endfor %}
    anchor
from ranked
where preference = 1
group by study_id, person_id, anchor
