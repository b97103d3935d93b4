-- Specification 1.7: the kept patient rows. Nothing but the row itself decides whether a patient row is kept.
with

patients as (
    {{ union_centers('patients', '
        source_row_id, center_id, person_id, local_patient_id, sex, birth_date, diagnosis_code, diagnosis_date,
        source_etiology, etiology'
    ) }}
),

kept_rows as (
    select source_row_id
    from {{ ref('delivered_rows') }}
    where dataset = 'patients' and not is_superseded and not is_void and local_reason is null
)

select
    patients.source_row_id,
    patients.person_id,
    patients.center_id,
    patients.local_patient_id,
    patients.sex,
    patients.birth_date,
    patients.diagnosis_code,
    patients.diagnosis_date,
    patients.source_etiology,
    patients.etiology
from patients
inner join kept_rows on patients.source_row_id = kept_rows.source_row_id
