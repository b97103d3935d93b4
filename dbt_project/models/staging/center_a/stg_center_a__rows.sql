{{ config(materialized='view') }}

-- Every delivered row of center A in its current state, by its header alone.
{{ delivered_rows_of('center_a', [
    'patients', 'visits', 'medication_orders', 'procedures', 'lab_results', 'imaging_studies', 'target_lesions',
    'follow_up'
]) }}
