-- Specification 1.1: the data cut-off of a center, the local date of its newest loaded extract.
select
    center_id,
    max(extraction_date) as cutoff_date
from {{ source('landing', 'drops') }}
where state = 'loaded'
group by center_id
