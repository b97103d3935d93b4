-- Specification 1.6: the kept follow-up contacts, a death without a usable date dated by its contact.
with

contacts as (
    {{ union_centers('follow_up', '
        source_row_id, center_id, contact_id, contact_date, vital_status, death_date, cause_of_death,
        is_death_date_from_contact'
    ) }}
),

{{ kept_rows('follow_up') }}

select
    contacts.source_row_id,
    kept_rows.person_id,
    contacts.center_id,
    contacts.contact_id,
    contacts.contact_date,
    contacts.vital_status,
    contacts.death_date,
    contacts.cause_of_death,
    contacts.is_death_date_from_contact
from contacts
inner join kept_rows on contacts.source_row_id = kept_rows.source_row_id
