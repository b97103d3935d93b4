-- Specification 1.6 and 4: the row ledger as published.
select
    center_id,
    cast(drop_number as integer) as drop_number,
    table_name,
    disposition,
    reason,
    cast(row_count as bigint) as row_count
from {{ ref('row_ledger') }}
