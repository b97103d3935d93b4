-- Specification 1.5 and 2.1: one exposure of each agent that a kept order names.
with

orders as (
    {{ union_centers('medication_orders', 'source_row_id, center_id, source_name, start_date, stop_date, status') }}
),

{{ kept_rows('medication_orders') }}

select
    orders.source_row_id || '|' || agents.agent as exposure_id,
    orders.source_row_id,
    kept_rows.person_id,
    orders.center_id,
    orders.source_name,
    agents.agent,
    agents.agent_class,
    agents.systemic_anticancer as is_systemic_anticancer,
    agents.minimum_exposure_days,
    orders.start_date,
    orders.stop_date,
    orders.status
from orders
inner join kept_rows on orders.source_row_id = kept_rows.source_row_id
inner join {{ ref('stg_drug_agents') }} as drug_agents on orders.source_name = drug_agents.drug_text
inner join {{ ref('agents') }} as agents on drug_agents.agent = agents.agent
