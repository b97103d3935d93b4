{{ config(materialized='view') }}

-- Every delivered row of center B in its current state, by its header alone.
{{ delivered_rows_of('center_b', [
    'patients', 'admissions', 'visits', 'medication_orders', 'procedures', 'lab_results', 'imaging_studies', 'follow_up'
]) }}
