-- Specification 1.7: one row a person. Where several kept patient rows make one, the facts come from the row under
-- which the first order (by start date) of a systemic anticancer agent was given; if none or tied, the first center in
-- text order, then the lowest local number as text.
with

patient_records as (
    select * from {{ ref('harmonised_patient_records') }}
),

first_orders as (
    select
        patient_references.center_id,
        patient_references.local_patient_id,
        min(exposures.start_date) as first_start_date
    from {{ ref('harmonised_exposures') }} as exposures
    inner join {{ ref('delivered_rows') }} as delivered_rows on exposures.source_row_id = delivered_rows.source_row_id
    inner join {{ ref('patient_references') }} as patient_references
        on
            delivered_rows.center_id = patient_references.center_id
            and delivered_rows.reference_kind = patient_references.reference_kind
            and delivered_rows.reference = patient_references.reference
    where exposures.is_systemic_anticancer
    group by patient_references.center_id, patient_references.local_patient_id
),

ranked as (
    select
        patient_records.*,
        row_number() over (
            partition by patient_records.person_id
            order by
                first_orders.first_start_date asc nulls last,
                patient_records.center_id asc,
                patient_records.local_patient_id asc
        ) as record_rank
    from patient_records
    left join first_orders
        on
            patient_records.center_id = first_orders.center_id
            and patient_records.local_patient_id = first_orders.local_patient_id
)

select
    person_id,
    center_id,
    sex,
    birth_date,
    diagnosis_code,
    etiology,
    source_row_id
from ranked
where record_rank = 1
