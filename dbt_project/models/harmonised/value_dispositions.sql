-- Specification 1.6: the disposition of every filled measurement cell of a kept row of the two wide tables.
with

cells as (
    {{ union_centers('measurement_cells', 'source_row_id, column_name, reason') }}
),

kept_rows as (
    select
        source_row_id,
        center_id,
        drop_number,
        table_name
    from {{ ref('row_dispositions') }}
    where dataset in ('lab_results', 'imaging_studies') and disposition = 'kept'
)

select
    cells.source_row_id,
    kept_rows.center_id,
    kept_rows.drop_number,
    kept_rows.table_name,
    cells.column_name,
    case when cells.reason is null then 'kept' else 'rejected' end as disposition,
    cells.reason
from cells
inner join kept_rows on cells.source_row_id = kept_rows.source_row_id
