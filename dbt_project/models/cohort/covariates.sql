-- Specification 2.4: the covariates of a person at an anchor, findings with the scores, stages and limits made of them.
-- Laboratory values stay exact decimals here; marts publish the nearest doubles.
{%- set parts = ['child_pugh', 'laboratory_scores', 'tumour_stages'] %}
{%- set afp_limit_ng_ml = 400 %}
{%- set alt_limit_u_l = 40 %}
with findings as (
    select * from {{ ref('baseline_findings') }}
),

child_pugh as (
    select * from {{ ref('child_pugh') }}
),

laboratory_scores as (
    select * from {{ ref('laboratory_scores') }}
),

tumour_stages as (
    select * from {{ ref('tumour_stages') }}
)

select
    findings.study_id,
    findings.person_id,
    findings.anchor,
    findings.anchor_date,
    findings.age_years,
    findings.sex,
    findings.etiology,
    findings.ecog,
    findings.ascites,
    findings.encephalopathy,
    findings.portal_vein_invasion,
    findings.has_extrahepatic_spread,
    findings.tumor_count,
    findings.largest_diameter_tenths_mm,
    findings.prior_procedure,
    findings.antiviral_at_index,
    {% for analyte, column in oncology_laboratory_columns().items() %}
    findings.{{ column }},
    findings.{{ analyte }}_comparator,
    {% endfor %}
    {{ oncology_is_above('findings.afp_ng_ml', 'findings.afp_comparator', afp_limit_ng_ml) }} as afp_gt_400,
    {{ oncology_is_above('findings.alt_u_l', 'findings.alt_comparator', alt_limit_u_l) }} as alt_gt_40,
    child_pugh.child_pugh_score,
    child_pugh.child_pugh_class,
    laboratory_scores.albi_score,
    laboratory_scores.albi_grade,
    laboratory_scores.albi_subgrade,
    laboratory_scores.fib_4,
    laboratory_scores.meld_score,
    laboratory_scores.nlr,
    laboratory_scores.plr,
    tumour_stages.bclc_stage,
    tumour_stages.cnlc_stage
from findings
{% for part in parts %}
inner join {{ part }}
    on
        findings.study_id = {{ part }}.study_id
        and findings.person_id = {{ part }}.person_id
        and findings.anchor = {{ part }}.anchor
{% endfor %}
