-- Specification 1.6: measurement cells of kept rows a center, drop, table, column, disposition and reason.
select
    center_id,
    drop_number,
    table_name,
    column_name,
    disposition,
    reason,
    count(*) as value_count
from {{ ref('value_dispositions') }}
group by center_id, drop_number, table_name, column_name, disposition, reason
