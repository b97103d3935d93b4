-- Specification 1.4 to 1.6: every measurement cell of 检验, read, converted and judged.
select
    cells.source_row_id,
    cells.center_id,
    cells.result_id,
    cells.column_name,
    cells.column_name as source_name,
    cells.analyte,
    cells.source_value,
    cells.source_unit,
    measurements.comparator,
    measurements.number,
    measurements.value,
    measurements.unit,
    measurements.reason
from {{ ref('stg_center_b__lab_cells') }} as cells
inner join {{ ref('stg_measurements') }} as measurements
    on
        cells.analyte = measurements.analyte
        and cells.source_value = measurements.source_value
        and coalesce(cells.source_unit, '') = coalesce(measurements.source_unit, '')
