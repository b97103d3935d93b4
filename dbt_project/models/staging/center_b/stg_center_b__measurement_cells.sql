{{ config(materialized='view') }}

-- Specification 1.6: the filled measurement cells of the two wide tables with the verdict on each.
select
    source_row_id,
    center_id,
    column_name,
    reason
from {{ ref('stg_center_b__lab_values') }}
union all
select
    source_row_id,
    center_id,
    diameter_column_name as column_name,
    diameter_reason as reason
from {{ ref('stg_center_b__lesion_cells') }}
where source_diameter is not null
union all
select
    source_row_id,
    center_id,
    viable_diameter_column_name as column_name,
    viable_diameter_reason as reason
from {{ ref('stg_center_b__lesion_cells') }}
where source_viable_diameter is not null
