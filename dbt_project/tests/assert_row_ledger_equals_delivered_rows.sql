-- Guards specification 1.6: for each center, drop and table the ledger adds up to the delivered rows. Blocking: a row
-- was lost or counted twice.
with

ledger as (
    select
        center_id,
        drop_number,
        table_name,
        sum(row_count) as row_count
    from {{ ref('row_ledger') }}
    group by center_id, drop_number, table_name
),

delivered as (
    select
        center_id,
        drop_number,
        table_name,
        row_count
    from {{ source('landing', 'delivered_tables') }}
)

select
    coalesce(ledger.center_id, delivered.center_id) as center_id,
    coalesce(ledger.drop_number, delivered.drop_number) as drop_number,
    coalesce(ledger.table_name, delivered.table_name) as table_name,
    ledger.row_count as ledger_row_count,
    delivered.row_count as delivered_row_count
from delivered
full outer join ledger
    on
        delivered.center_id = ledger.center_id
        and delivered.drop_number = ledger.drop_number
        and delivered.table_name = ledger.table_name
where coalesce(ledger.row_count, 0) <> coalesce(delivered.row_count, 0)
