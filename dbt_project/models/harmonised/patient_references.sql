-- Specification 1.7: what an event's reference resolves to, be it a patient number or an admission number. Only kept
-- patient rows, and admissions kept under them, can be referred to.
with

patients as (
    select * from {{ ref('harmonised_patient_records') }}
),

admissions as (
    select *
    from {{ ref('delivered_rows') }}
    where dataset = 'admissions' and not is_superseded and not is_void and local_reason is null
)

select
    center_id,
    'patient' as reference_kind,
    local_patient_id as reference,
    person_id,
    local_patient_id,
    birth_date
from patients
union all
select
    admissions.center_id,
    'admission' as reference_kind,
    admissions.row_key as reference,
    patients.person_id,
    patients.local_patient_id,
    patients.birth_date
from admissions
inner join patients
    on
        admissions.center_id = patients.center_id
        and admissions.reference = patients.local_patient_id
