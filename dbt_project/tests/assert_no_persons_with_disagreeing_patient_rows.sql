-- Counts persons whose kept patient rows do not say the same (specification 1.6). A warning: the rows are kept.
{{ config(severity='warn') }}

select
    center_id,
    numerator,
    denominator
from {{ ref('harmonised_checks') }}
where check_name = 'persons_with_disagreeing_patient_rows' and numerator > 0
