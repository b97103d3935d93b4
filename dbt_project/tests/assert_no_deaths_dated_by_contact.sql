-- Counts deaths without a usable date, dated by their contact (specification 1.6). A warning: the rows are kept.
{{ config(severity='warn') }}

select
    center_id,
    numerator,
    denominator
from {{ ref('harmonised_checks') }}
where check_name = 'deaths_dated_by_contact' and numerator > 0
