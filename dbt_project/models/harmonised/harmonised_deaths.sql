-- Specification 1.7: a death reported by any center counts, the earliest date if several differ.
with

contacts as (
    {{ union_centers('follow_up', 'source_row_id, vital_status, death_date, is_death_date_from_contact') }}
),

kept_rows as (
    select
        delivered_rows.source_row_id,
        patient_references.person_id
    from {{ ref('delivered_rows') }} as delivered_rows
    inner join {{ ref('patient_references') }} as patient_references
        on
            delivered_rows.center_id = patient_references.center_id
            and delivered_rows.reference_kind = patient_references.reference_kind
            and delivered_rows.reference = patient_references.reference
    where
        delivered_rows.dataset = 'follow_up'
        and not delivered_rows.is_superseded
        and not delivered_rows.is_void
        and delivered_rows.local_reason is null
        and delivered_rows.earliest_event_date >= patient_references.birth_date
),

reported_deaths as (
    select
        kept_rows.person_id,
        contacts.death_date,
        contacts.source_row_id,
        contacts.is_death_date_from_contact,
        row_number() over (
            partition by kept_rows.person_id
            order by contacts.death_date asc, contacts.is_death_date_from_contact asc, contacts.source_row_id asc
        ) as report_rank
    from contacts
    inner join kept_rows on contacts.source_row_id = kept_rows.source_row_id
    where contacts.vital_status = 'dead'
)

select
    person_id,
    death_date,
    source_row_id,
    is_death_date_from_contact
from reported_deaths
where report_rank = 1
