-- Specification 1.4: one procedure of each type that a kept row names.
with

procedures as (
    {{ union_centers('procedures', 'source_row_id, center_id, source_name, procedure_types, performed_on') }}
),

procedure_types as (
    {%- for procedure_type in ['TACE', 'HAIC', 'resection', 'ablation', 'radiotherapy', 'transplant'] %}
    select '{{ procedure_type }}' as procedure_type
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

{{ kept_rows('procedures') }}

select
    procedures.source_row_id,
    kept_rows.person_id,
    procedures.center_id,
    procedures.source_name,
    procedure_types.procedure_type,
    procedures.performed_on
from procedures
inner join kept_rows on procedures.source_row_id = kept_rows.source_row_id
inner join procedure_types
    on '+' || procedures.procedure_types || '+' like '%+' || procedure_types.procedure_type || '+%'
