{{ config(materialized='view') }}

-- The values of center A's laboratory rows: the row is the value, so its reasons are the row's own.
select
    source_row_id,
    center_id,
    result_id,
    cast(null as varchar) as column_name,
    test_code as source_name,
    analyte,
    source_value,
    source_unit,
    comparator,
    number,
    value,
    unit,
    cast(null as varchar) as reason
from {{ ref('stg_center_a__lab_results') }}
