{{ config(materialized='view') }}

-- Center A refers to patients directly and delivers no admissions; the table keeps the shape every center has.
select
    {{ row_header_columns() }},
    local_patient_id as admission_id
from {{ ref('stg_center_a__patients') }}
where false
