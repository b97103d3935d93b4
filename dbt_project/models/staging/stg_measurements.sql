-- Specification 1.5 and 1.6: every distinct combination of analyte, value and unit, converted and judged once.
-- Reasons in their order: missing_unit, unmapped_unit, invalid_value, implausible_value; NULL = a usable result.
with

delivered as (
    {%- for center in var('centers') %}
    {%- if texts_of_center(center)['measurements'] == 'cells' %}
    select
        analyte,
        source_value,
        source_unit
    from {{ ref('stg_' ~ center ~ '__lab_cells') }}
    {%- else %}
    select
        test_codes.analyte,
        lab_results.value as source_value,
        lab_results.unit as source_unit
    from {{ source('landing', center ~ '__lab_results') }} as lab_results
    inner join {{ ref('test_codes') }} as test_codes on lab_results.test_code = test_codes.test_code
    {%- endif %}
    {%- if not loop.last %}
    union
    {%- endif %}
    {%- endfor %}
),

accepted_units as (
    select
        analyte,
        {{ folded_unit('source_unit') }} as folded_unit,
        factor_to_unit
    from {{ ref('analyte_units') }}
),

read as (
    select
        delivered.analyte,
        delivered.source_value,
        delivered.source_unit,
        analytes.unit,
        analytes.plausible_low,
        analytes.plausible_high,
        analytes.unit = '1' as is_without_unit,
        coalesce({{ is_below_detection_word('delivered.analyte', 'delivered.source_value') }}, false) as is_below_detection,
        {{ folded_unit('delivered.source_unit') }} as folded_unit,
        number_texts.comparator,
        number_texts.number
    from delivered
    inner join {{ ref('analytes') }} as analytes on delivered.analyte = analytes.analyte
    left join {{ ref('stg_number_texts') }} as number_texts on delivered.source_value = number_texts.source_text
),

converted as (
    select
        read.analyte,
        read.source_value,
        read.source_unit,
        read.unit,
        read.plausible_low,
        read.plausible_high,
        read.is_below_detection,
        read.is_without_unit,
        accepted_units.factor_to_unit,
        case when read.is_below_detection then '<' else read.comparator end as comparator,
        case when read.is_below_detection then {{ as_decimal('0') }} else read.number end as number,
        case
            when read.is_below_detection then {{ as_decimal('0') }}
            when read.source_unit is null and read.is_without_unit then read.number
            else {{ converted_number('read.number', 'accepted_units.factor_to_unit') }}
        end as value
    from read
    left join accepted_units
        on
            read.analyte = accepted_units.analyte
            and read.folded_unit = accepted_units.folded_unit
),

judged as (
    select
        analyte,
        source_value,
        source_unit,
        comparator,
        number,
        value,
        unit,
        case
            when not is_below_detection and not is_without_unit and source_unit is null then 'missing_unit'
            when not is_below_detection and source_unit is not null and factor_to_unit is null then 'unmapped_unit'
            when number is null then 'invalid_value'
            when value < plausible_low or value > plausible_high then 'implausible_value'
        end as reason
    from converted
)

select * from judged
