-- Guards specification 1.6: every kept laboratory cell of the value ledger is a harmonised result and the other way
-- round, counted a row.
with

kept_cells as (
    select
        value_dispositions.source_row_id,
        count(*) as value_count
    from {{ ref('value_dispositions') }} as value_dispositions
    inner join {{ ref('harmonised_lab_specimens') }} as specimens
        on value_dispositions.source_row_id = specimens.source_row_id
    where value_dispositions.disposition = 'kept'
    group by value_dispositions.source_row_id
),

results as (
    select
        source_row_id,
        count(*) as value_count
    from {{ ref('harmonised_lab_results') }}
    where source_row_id in (select cells.source_row_id from {{ ref('value_dispositions') }} as cells)
    group by source_row_id
)

select
    coalesce(kept_cells.source_row_id, results.source_row_id) as source_row_id,
    kept_cells.value_count as kept_cell_count,
    results.value_count as result_count
from kept_cells
full outer join results on kept_cells.source_row_id = results.source_row_id
where coalesce(kept_cells.value_count, 0) <> coalesce(results.value_count, 0)
