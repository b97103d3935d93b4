-- Specification 4, persons.
select
    person_id,
    center_id,
    sex,
    etiology
from {{ ref('harmonised_persons') }}
