-- Specification 2.4: everything known at an anchor before scores and stages are made of it. Unknown stays NULL.
{%- set sources = ['labs', 'visits', 'imaging', 'treatments'] %}
with anchors as (
    select * from {{ ref('covariate_anchors') }}
),

persons as (
    select * from {{ ref('harmonised_persons') }}
),

labs as (
    select * from {{ ref('baseline_labs') }}
),

visits as (
    select * from {{ ref('baseline_visits') }}
),

imaging as (
    select * from {{ ref('baseline_imaging') }}
),

treatments as (
    select * from {{ ref('prior_treatments') }}
)

select
    anchors.study_id,
    anchors.person_id,
    anchors.anchor,
    anchors.anchor_date,
    {{ oncology_completed_years('persons.birth_date', 'anchors.anchor_date') }} as age_years,
    persons.sex,
    persons.etiology,
    visits.ecog,
    visits.ascites,
    visits.encephalopathy,
    imaging.portal_vein_invasion,
    imaging.has_extrahepatic_spread,
    imaging.tumor_count,
    imaging.largest_diameter_tenths_mm,
    {% for analyte, column in oncology_laboratory_columns().items() %}
    labs.{{ column }},
    labs.{{ analyte }}_comparator,
    labs.{{ analyte }}_collected_on,
    {% endfor %}
    treatments.prior_procedure,
    treatments.antiviral_at_index
from anchors
inner join persons on anchors.person_id = persons.person_id
{% for source in sources %}
left join {{ source }}
    on
        anchors.study_id = {{ source }}.study_id
        and anchors.person_id = {{ source }}.person_id
        and anchors.anchor = {{ source }}.anchor
{% endfor %}
