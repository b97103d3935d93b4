-- Specification 1.3, target lesions. Any filled diameter has to be a number, whatever the status says.
with

source as (
    select * from {{ source('landing', 'center_a__target_lesions') }}
),

parsed as (
    select
        {{ row_provenance('target_lesions') }},
        {{ identifier('study_id') }} as imaging_id,
        {{ identifier('lesion_no') }} as lesion_number,
        source.organ,
        case source.is_lymph_node when 'Y' then true when 'N' then false end as is_lymph_node,
        {{ closed_list('status', ['measured', 'absent', 'too_small', 'not_evaluable']) }} as status,
        source.diameter_mm as source_diameter,
        {{ diameter_tenths('diameters', 10) }} as diameter_tenths_mm,
        source.viable_diameter_mm as source_viable_diameter,
        {{ diameter_tenths('viable_diameters', 10) }} as viable_diameter_tenths_mm
    from source
    left join {{ ref('stg_number_texts') }} as diameters on source.diameter_mm = diameters.source_text
    left join {{ ref('stg_number_texts') }} as viable_diameters on source.viable_diameter_mm = viable_diameters.source_text
)

select
    {{ row_header(
        row_key="imaging_id || chr(31) || lesion_number",
        reference_kind='study',
        reference='imaging_id'
    ) }},
    imaging_id,
    lesion_number,
    organ,
    is_lymph_node,
    status,
    source_diameter,
    diameter_tenths_mm,
    source_viable_diameter,
    viable_diameter_tenths_mm,
    case
        when is_malformed then 'malformed_row'
        when imaging_id is null or lesion_number is null then 'missing_key'
        when is_lymph_node is null or status is null then 'invalid_code'
        when
            (source_diameter is not null and diameter_tenths_mm is null)
            or (source_viable_diameter is not null and viable_diameter_tenths_mm is null)
            or (status = 'measured' and source_diameter is null)
            then 'invalid_value'
        when {{ is_implausible_diameter('diameter_tenths_mm') }} or {{ is_implausible_diameter('viable_diameter_tenths_mm') }}
            then 'implausible_value'
    end as local_reason
from parsed
