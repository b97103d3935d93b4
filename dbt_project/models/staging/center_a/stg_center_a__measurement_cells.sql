{{ config(materialized='view') }}

-- Center A has no wide table, so no cell has a disposition of its own; the table keeps the shape every center has.
select
    source_row_id,
    center_id,
    column_name,
    reason
from {{ ref('stg_center_a__lab_values') }}
where false
