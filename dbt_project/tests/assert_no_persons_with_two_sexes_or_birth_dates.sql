-- Counts one national id with two sexes or birth dates, which may be two persons (specification 1.6). A warning: the rows are kept.
{{ config(severity='warn') }}

select
    center_id,
    numerator,
    denominator
from {{ ref('harmonised_checks') }}
where check_name = 'persons_with_two_sexes_or_birth_dates' and numerator > 0
