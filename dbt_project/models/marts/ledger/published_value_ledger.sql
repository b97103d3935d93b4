-- Specification 1.6 and 4: the value ledger as published.
select
    center_id,
    cast(drop_number as integer) as drop_number,
    table_name,
    column_name,
    disposition,
    reason,
    cast(value_count as bigint) as value_count
from {{ ref('value_ledger') }}
