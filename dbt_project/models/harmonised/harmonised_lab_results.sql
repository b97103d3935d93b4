-- Specification 1.5: the usable values of kept laboratory rows in each analyte's unit.
with

lab_values as (
    {{ union_centers('lab_values', '
        source_row_id, result_id, source_name, analyte, source_value, source_unit, comparator, number, value, unit, reason'
    ) }}
),

specimens as (
    select * from {{ ref('harmonised_lab_specimens') }}
)

select
    lab_values.result_id,
    lab_values.source_row_id,
    specimens.person_id,
    specimens.center_id,
    lab_values.source_name,
    lab_values.analyte,
    specimens.collected_at,
    specimens.collected_on,
    lab_values.source_value,
    lab_values.source_unit,
    lab_values.comparator,
    lab_values.number,
    lab_values.value,
    lab_values.unit
from lab_values
inner join specimens on lab_values.source_row_id = specimens.source_row_id
where lab_values.reason is null
