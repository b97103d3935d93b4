-- Counts contacts that say alive after the person's death (specification 1.6). A warning: the rows are kept.
{{ config(severity='warn') }}

select
    center_id,
    numerator,
    denominator
from {{ ref('harmonised_checks') }}
where check_name = 'alive_contacts_after_death' and numerator > 0
