-- Specification 1.1 and 4: every drop with a manifest, by number and year, without its name and its exact time. The
-- kind is shown as read when it is a short plain word: anything else is unreadable, and could hold anything. The
-- reason is landing's code, since its sentence names files.
select
    center_id,
    cast(drop_number as integer) as drop_number,
    case when {{ matches_whole('kind', '[a-z_]{1,20}') }} then kind end as kind,
    cast(extraction_year as integer) as extraction_year,
    state,
    reason_code as reason,
    cast(row_count as bigint) as row_count
from {{ source('landing', 'drops') }}
