-- Specification 1.4, 影像: the five lesions of a row one below the other, where any of a lesion's cells is filled, with
-- the verdict on each of its two diameter cells. 消失, 过小 and 无法评估 are usable cells; 活性径 消失 is 0 and 过小 5 mm.
with

studies as (
    select
        {{ row_provenance('imaging_studies') }},
        *
    from {{ source('landing', 'center_b__imaging_studies') }}
),

lesions as (
    {%- for n in range(1, 6) %}
    select
        source_row_id,
        center_id,
        {{ identifier('"检查号"') }} as imaging_id,
        '{{ n }}' as lesion_number,
        "靶病灶{{ n }}部位" as organ,
        '靶病灶{{ n }}长径(cm)' as diameter_column_name,
        "靶病灶{{ n }}长径(cm)" as source_diameter,
        '靶病灶{{ n }}活性径(cm)' as viable_diameter_column_name,
        "靶病灶{{ n }}活性径(cm)" as source_viable_diameter
    from studies
    where
        "靶病灶{{ n }}部位" is not null
        or "靶病灶{{ n }}长径(cm)" is not null
        or "靶病灶{{ n }}活性径(cm)" is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

parsed as (
    select
        lesions.*,
        {{ diameter_tenths('diameters', 100) }} as diameter_tenths_mm,
        case lesions.source_viable_diameter
            when '消失' then 0
            when '过小' then 50
            else {{ diameter_tenths('viable_diameters', 100) }}
        end as viable_diameter_tenths_mm
    from lesions
    left join {{ ref('stg_number_texts') }} as diameters on lesions.source_diameter = diameters.source_text
    left join {{ ref('stg_number_texts') }} as viable_diameters on lesions.source_viable_diameter = viable_diameters.source_text
)

select
    *,
    case
        when source_diameter in ('消失', '过小', '无法评估') then null
        when source_diameter is not null and diameter_tenths_mm is null then 'invalid_value'
        when {{ is_implausible_diameter('diameter_tenths_mm') }} then 'implausible_value'
    end as diameter_reason,
    case
        when source_viable_diameter = '无法评估' then null
        when source_viable_diameter is not null and viable_diameter_tenths_mm is null then 'invalid_value'
        when {{ is_implausible_diameter('viable_diameter_tenths_mm') }} then 'implausible_value'
    end as viable_diameter_reason
from parsed
