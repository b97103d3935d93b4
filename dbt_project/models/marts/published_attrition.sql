-- Specification 4, attrition: the flow diagram of each study and center.
select
    study_id,
    center_id,
    step_number,
    step,
    persons_entering,
    persons_failing,
    persons_unknown
from {{ ref('attrition') }}
