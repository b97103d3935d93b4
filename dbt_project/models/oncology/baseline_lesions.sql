-- Specification 2.2, lesions followed from a baseline: the first five eligible ones by lesion number, each with its
-- settled diameter.
{%- set most_lesions = 5 %}
with baselines as (
    select * from {{ ref('line_baselines') }}
),

lesions as (
    select * from {{ ref('eligible_lesions') }}
),

ranked as (
    select
        baselines.person_id,
        baselines.line_number,
        baselines.criteria,
        lesions.center_id,
        lesions.lesion_number,
        lesions.is_lymph_node,
        lesions.diameter_kind,
        lesions.settled_diameter_tenths_mm as baseline_diameter_tenths_mm,
        row_number() over (
            partition by baselines.person_id, baselines.line_number, baselines.criteria
            order by {{ oncology_lesion_number_order('lesions.lesion_number') }}
        ) as lesion_rank
    from baselines
    inner join lesions
        on
            baselines.baseline_imaging_source_row_id = lesions.imaging_source_row_id
            and baselines.criteria = lesions.criteria
)

select
    person_id,
    line_number,
    criteria,
    center_id,
    lesion_number,
    cast(lesion_rank as integer) as lesion_rank,
    is_lymph_node,
    diameter_kind,
    baseline_diameter_tenths_mm
from ranked
where lesion_rank <= {{ most_lesions }}
