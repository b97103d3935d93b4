-- Specification 1.4: lesion n is a target lesion when its site is filled; a rejected diameter cell makes it not
-- evaluable. A site ending in 淋巴结 is a lymph node.
with

lesions as (
    select
        *,
        case
            when diameter_reason is not null or viable_diameter_reason is not null then 'not_evaluable'
            when source_diameter = '消失' then 'absent'
            when source_diameter = '过小' then 'too_small'
            when source_diameter = '无法评估' or source_diameter is null then 'not_evaluable'
            else 'measured'
        end as status,
        diameter_reason is null and viable_diameter_reason is null as is_usable
    from {{ ref('stg_center_b__lesion_cells') }}
    where organ is not null
)

select
    source_row_id,
    center_id,
    imaging_id,
    lesion_number,
    organ,
    organ like '%淋巴结' as is_lymph_node,
    status,
    source_diameter,
    case when is_usable then diameter_tenths_mm end as diameter_tenths_mm,
    source_viable_diameter,
    case when is_usable then viable_diameter_tenths_mm end as viable_diameter_tenths_mm
from lesions
