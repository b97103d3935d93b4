-- Specification 1.4: the kept admission numbers.
with

admissions as (
    {{ union_centers('admissions', 'source_row_id, center_id, admission_id') }}
),

{{ kept_rows('admissions') }}

select
    admissions.source_row_id,
    kept_rows.person_id,
    admissions.center_id,
    admissions.admission_id
from admissions
inner join kept_rows on admissions.source_row_id = kept_rows.source_row_id
