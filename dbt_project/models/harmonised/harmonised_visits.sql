-- Specification 1.3 and 1.4: the kept visits; a field is NULL where it was not recorded.
with

visits as (
    {{ union_centers('visits', '
        source_row_id, center_id, visit_id, visit_date, source_ecog, ecog, source_ascites, ascites,
        source_encephalopathy, encephalopathy'
    ) }}
),

{{ kept_rows('visits') }}

select
    visits.visit_id,
    visits.source_row_id,
    kept_rows.person_id,
    visits.center_id,
    visits.visit_date,
    visits.source_ecog,
    visits.ecog,
    visits.source_ascites,
    visits.ascites,
    visits.source_encephalopathy,
    visits.encephalopathy
from visits
inner join kept_rows on visits.source_row_id = kept_rows.source_row_id
