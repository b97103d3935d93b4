-- Specification 1.6: the kept laboratory rows, also those of which no value is usable.
with

lab_rows as (
    {{ union_centers('lab_results', 'source_row_id, center_id, collected_at, collected_on') }}
),

{{ kept_rows('lab_results') }}

select
    lab_rows.source_row_id,
    kept_rows.person_id,
    lab_rows.center_id,
    lab_rows.collected_at,
    lab_rows.collected_on
from lab_rows
inner join kept_rows on lab_rows.source_row_id = kept_rows.source_row_id
