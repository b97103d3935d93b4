-- Specification 1.6: rows a center, drop, table, disposition and reason. Kept rows are counted from the harmonised
-- tables, the others from their dispositions, those of replaced drops (superseded as a whole) from what was delivered,
-- those of patients who withdrew, void, from what landing withheld: nothing is had by subtraction, so that the sums can
-- prove that no row was lost.
with

harmonised_rows as (
    select source_row_id from {{ ref('harmonised_patient_records') }}
    union all
    select source_row_id from {{ ref('harmonised_admissions') }}
    union all
    select source_row_id from {{ ref('harmonised_visits') }}
    union all
    select distinct source_row_id from {{ ref('harmonised_exposures') }}
    union all
    select distinct source_row_id from {{ ref('harmonised_procedures') }}
    union all
    select source_row_id from {{ ref('harmonised_lab_specimens') }}
    union all
    select source_row_id from {{ ref('harmonised_imaging_assessments') }}
    union all
    select source_row_id from {{ ref('harmonised_target_lesions') }}
    where source_row_id <> imaging_source_row_id
    union all
    select source_row_id from {{ ref('harmonised_contacts') }}
),

kept_counts as (
    select
        {{ source_row_part('source_row_id', 1) }} as center_id,
        cast({{ source_row_part('source_row_id', 2) }} as integer) as drop_number,
        {{ source_row_part('source_row_id', 3) }} as table_name,
        'kept' as disposition,
        cast(null as varchar) as reason,
        count(*) as row_count
    from harmonised_rows
    group by
        {{ source_row_part('source_row_id', 1) }},
        {{ source_row_part('source_row_id', 2) }},
        {{ source_row_part('source_row_id', 3) }}
),

other_rows as (
    select
        center_id,
        drop_number,
        table_name,
        disposition,
        reason
    from {{ ref('row_dispositions') }}
    where disposition <> 'kept'
    union all
    select
        center_id,
        drop_number,
        table_name,
        'void' as disposition,
        cast(null as varchar) as reason
    from {{ source('landing', 'withdrawn_rows') }}
),

other_counts as (
    select
        center_id,
        drop_number,
        table_name,
        disposition,
        reason,
        count(*) as row_count
    from other_rows
    group by center_id, drop_number, table_name, disposition, reason
),

replaced_counts as (
    select
        center_id,
        drop_number,
        table_name,
        'superseded' as disposition,
        cast(null as varchar) as reason,
        row_count
    from {{ source('landing', 'delivered_tables') }}
    where state = 'replaced' and row_count > 0
)

select * from kept_counts
union all
select * from other_counts
union all
select * from replaced_counts
