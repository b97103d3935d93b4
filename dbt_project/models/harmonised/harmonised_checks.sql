-- Specification 1.6: what the specification asks to be counted by a check, a center each: how many of how many.
with

persons as (
    select * from {{ ref('harmonised_persons') }}
),

contacts as (
    select
        contacts.center_id,
        contacts.vital_status,
        contacts.is_death_date_from_contact,
        contacts.contact_date > deaths.death_date as is_after_death
    from {{ ref('harmonised_contacts') }} as contacts
    left join {{ ref('harmonised_deaths') }} as deaths on contacts.person_id = deaths.person_id
),

disagreeing_persons as (
    select * from {{ ref('disagreeing_persons') }}
),

contact_counts as (
    select
        center_id,
        count(*) filter (where vital_status = 'dead') as death_count,
        count(*) filter (where is_death_date_from_contact) as death_by_contact_count,
        count(*) filter (where vital_status = 'alive') as alive_count,
        count(*) filter (where vital_status = 'alive' and is_after_death) as alive_after_death_count
    from contacts
    group by center_id
),

person_counts as (
    select
        persons.center_id,
        count(*) as person_count,
        count(disagreeing_persons.person_id) as disagreeing_count,
        count(*) filter (where disagreeing_persons.has_other_sex_or_birth_date) as other_identity_count
    from persons
    left join disagreeing_persons on persons.person_id = disagreeing_persons.person_id
    group by persons.center_id
)

select
    'deaths_dated_by_contact' as check_name,
    center_id,
    'kept dead contacts without a usable date of death' as subject,
    death_by_contact_count as numerator,
    death_count as denominator
from contact_counts
union all
select
    'alive_contacts_after_death' as check_name,
    center_id,
    'kept alive contacts later than the person''s death' as subject,
    alive_after_death_count as numerator,
    alive_count as denominator
from contact_counts
union all
select
    'persons_with_disagreeing_patient_rows' as check_name,
    center_id,
    'persons whose kept patient rows differ in sex, birth date, diagnosis or etiology' as subject,
    disagreeing_count as numerator,
    person_count as denominator
from person_counts
union all
select
    'persons_with_two_sexes_or_birth_dates' as check_name,
    center_id,
    'persons of one national id whose kept patient rows differ in sex or birth date' as subject,
    other_identity_count as numerator,
    person_count as denominator
from person_counts
