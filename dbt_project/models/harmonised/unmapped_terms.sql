-- Specification 1.6: the work queue of names that the vocabulary does not hold, with how often and when each came. A
-- blank name has no name. Counts are rows, for units of a wide table cells.
with

orders as (
    {{ union_centers('medication_orders', 'source_row_id, source_name, start_date') }}
),

lab_rows as (
    {{ union_centers('lab_results', 'source_row_id, collected_on') }}
),

lab_values as (
    {{ union_centers('lab_values', 'source_row_id, column_name, source_name, source_unit') }}
),

rejected_rows as (
    select
        source_row_id,
        center_id,
        reason,
        cast(null as varchar) as column_name
    from {{ ref('row_dispositions') }}
    where reason in ('unmapped_agent', 'unmapped_analyte', 'unmapped_unit')
),

rejected_values as (
    select
        source_row_id,
        center_id,
        reason,
        column_name
    from {{ ref('value_dispositions') }}
    where reason = 'unmapped_unit'
),

unmapped_agents as (
    select
        orders.source_name as name,
        rejected_rows.center_id,
        'agent' as kind,
        orders.start_date as seen_on,
        cast(null as varchar) as unit
    from rejected_rows
    inner join orders on rejected_rows.source_row_id = orders.source_row_id
    where rejected_rows.reason = 'unmapped_agent'
),

rejected_measurements as (
    select * from rejected_rows
    where reason in ('unmapped_analyte', 'unmapped_unit')
    union all
    select * from rejected_values
),

unmapped_measurements as (
    select
        case when rejected.reason = 'unmapped_analyte' then lab_values.source_name else lab_values.source_unit end as name,
        rejected.center_id,
        case when rejected.reason = 'unmapped_analyte' then 'analyte' else 'unit' end as kind,
        lab_rows.collected_on as seen_on,
        lab_values.source_unit as unit
    from rejected_measurements as rejected
    inner join lab_values
        on
            rejected.source_row_id = lab_values.source_row_id
            and coalesce(rejected.column_name, '') = coalesce(lab_values.column_name, '')
    inner join lab_rows on rejected.source_row_id = lab_rows.source_row_id
),

all_terms as (
    select * from unmapped_agents
    union all
    select * from unmapped_measurements
)

select
    name,
    center_id,
    kind,
    count(*) as term_count,
    min(seen_on) as first_seen_on,
    max(seen_on) as last_seen_on,
    min(unit) as example_unit
from all_terms
group by name, center_id, kind
