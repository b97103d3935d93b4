-- Specification 2.4, imaging features: from the baseline assessment (2.2, the study's criteria) of the line that starts
-- at the anchor. The largest diameter is the longest one over its measured liver lesions, eligible or not.
with anchors as (
    select * from {{ ref('covariate_anchors') }}
),

baselines as (
    select * from {{ ref('line_baselines') }}
    where baseline_date is not null
),

assessments as (
    select * from {{ ref('response_assessments') }}
),

lesions as (
    select * from {{ ref('harmonised_target_lesions') }}
    where
        status = 'measured'
        and {{ oncology_is_liver_lesion('organ', 'is_lymph_node') }}
),

largest_lesions as (
    select
        imaging_source_row_id,
        max(diameter_tenths_mm) as largest_diameter_tenths_mm
    from lesions
    group by imaging_source_row_id
)

select
    anchors.study_id,
    anchors.person_id,
    anchors.anchor,
    baselines.baseline_date,
    assessments.portal_vein_invasion,
    assessments.has_extrahepatic_spread,
    assessments.tumor_count,
    largest_lesions.largest_diameter_tenths_mm
from anchors
inner join baselines
    on
        anchors.person_id = baselines.person_id
        and anchors.line_number = baselines.line_number
        and anchors.criteria = baselines.criteria
inner join assessments on baselines.baseline_imaging_source_row_id = assessments.imaging_source_row_id
left join largest_lesions on baselines.baseline_imaging_source_row_id = largest_lesions.imaging_source_row_id
