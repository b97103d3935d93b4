-- Specification 1.6: the one disposition of every row of the current state, settled in this order: superseded, void,
-- rejected with the first reason that applies, kept. A row's own first reason comes from staging; here it meets the
-- reasons that take other rows: unknown_patient, before_birth, after_death. A malformed record has no readable status, so it
-- is always rejected, never void; a row without a whole key cannot be superseded.
with

delivered_rows as (
    select * from {{ ref('delivered_rows') }}
),

reasons as (
    select * from {{ ref('rejection_reasons') }}
),

resolved as (
    select
        delivered_rows.*,
        coalesce(patient_references.person_id, patient_records.person_id) as person_id,
        case
            when delivered_rows.reference_kind in ('patient', 'admission') and patient_references.person_id is null
                then 'unknown_patient'
            when delivered_rows.earliest_event_date < patient_references.birth_date then 'before_birth'
            when delivered_rows.death_checked_date > deaths.death_date then 'after_death'
        end as cross_row_reason
    from delivered_rows
    left join {{ ref('patient_references') }} as patient_references
        on
            delivered_rows.center_id = patient_references.center_id
            and delivered_rows.reference_kind = patient_references.reference_kind
            and delivered_rows.reference = patient_references.reference
    left join {{ ref('harmonised_patient_records') }} as patient_records
        on delivered_rows.source_row_id = patient_records.source_row_id
    left join {{ ref('harmonised_deaths') }} as deaths on patient_references.person_id = deaths.person_id
),

kept_studies as (
    select
        center_id,
        'study' as reference_kind, -- a column to join by: a condition on the left side alone would compare all with all
        row_key as reference,
        person_id
    from resolved
    where
        dataset = 'imaging_studies'
        and not is_superseded
        and not is_void
        and local_reason is null
        and cross_row_reason is null
),

with_studies as (
    select
        resolved.source_row_id,
        resolved.center_id,
        resolved.drop_number,
        resolved.table_name,
        resolved.dataset,
        resolved.is_superseded,
        resolved.is_void,
        resolved.local_reason,
        coalesce(resolved.person_id, kept_studies.person_id) as person_id,
        case
            when resolved.reference_kind = 'study' and kept_studies.reference is null then 'unknown_patient'
            else resolved.cross_row_reason
        end as cross_row_reason
    from resolved
    left join kept_studies
        on
            resolved.center_id = kept_studies.center_id
            and resolved.reference_kind = kept_studies.reference_kind
            and resolved.reference = kept_studies.reference
),

first_reasons as (
    select
        with_studies.*,
        case
            when local_reasons.reason_rank <= coalesce(cross_row_reasons.reason_rank, local_reasons.reason_rank)
                then with_studies.local_reason
            else with_studies.cross_row_reason
        end as first_reason
    from with_studies
    left join reasons as local_reasons on with_studies.local_reason = local_reasons.reason
    left join reasons as cross_row_reasons on with_studies.cross_row_reason = cross_row_reasons.reason
),

settled as (
    select
        source_row_id,
        center_id,
        drop_number,
        table_name,
        dataset,
        person_id,
        first_reason,
        case
            when is_superseded then 'superseded'
            when is_void then 'void'
            when first_reason is not null then 'rejected'
            else 'kept'
        end as disposition
    from first_reasons
)

select
    source_row_id,
    center_id,
    drop_number,
    table_name,
    dataset,
    person_id,
    disposition,
    case when disposition = 'rejected' then first_reason end as reason
from settled
