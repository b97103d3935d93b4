-- Specification 1.3 and 1.4: the target lesions of kept imaging studies.
with

lesions as (
    {{ union_centers('target_lesions', '
        source_row_id, center_id, imaging_id, lesion_number, organ, is_lymph_node, status, source_diameter,
        diameter_tenths_mm, source_viable_diameter, viable_diameter_tenths_mm'
    ) }}
),

kept_rows as (
    select source_row_id
    from {{ ref('row_dispositions') }}
    where dataset in ('target_lesions', 'imaging_studies') and disposition = 'kept'
),

studies as (
    select
        center_id,
        imaging_id,
        source_row_id as imaging_source_row_id,
        person_id
    from {{ ref('harmonised_imaging_assessments') }}
)

select
    lesions.source_row_id,
    studies.imaging_source_row_id,
    lesions.imaging_id,
    lesions.center_id,
    studies.person_id,
    lesions.lesion_number,
    lesions.organ,
    lesions.is_lymph_node,
    lesions.status,
    lesions.source_diameter,
    lesions.diameter_tenths_mm,
    lesions.source_viable_diameter,
    lesions.viable_diameter_tenths_mm
from lesions
inner join kept_rows on lesions.source_row_id = kept_rows.source_row_id
inner join studies
    on
        lesions.center_id = studies.center_id
        and lesions.imaging_id = studies.imaging_id
