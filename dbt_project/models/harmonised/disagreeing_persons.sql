-- Specification 1.6 and 1.7: persons made of several kept patient rows that do not say the same. Sex and birth date are
-- told apart from the rest, since one national id with two of them may be two persons.
with

patient_records as (
    select * from {{ ref('harmonised_patient_records') }}
),

variants as (
    select
        person_id,
        count(*) as patient_row_count,
        count(distinct sex) as sex_count,
        count(distinct birth_date) as birth_date_count,
        count(distinct coalesce(diagnosis_code, '')) as diagnosis_code_count,
        count(distinct etiology) as etiology_count
    from patient_records
    group by person_id
    having count(*) > 1
)

select
    persons.person_id,
    persons.center_id,
    variants.patient_row_count,
    variants.sex_count > 1 or variants.birth_date_count > 1 as has_other_sex_or_birth_date,
    variants.diagnosis_code_count > 1 or variants.etiology_count > 1 as has_other_diagnosis_or_etiology
from variants
inner join {{ ref('harmonised_persons') }} as persons on variants.person_id = persons.person_id
where
    variants.sex_count > 1
    or variants.birth_date_count > 1
    or variants.diagnosis_code_count > 1
    or variants.etiology_count > 1
