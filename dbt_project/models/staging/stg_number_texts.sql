-- Specification 1.5: every distinct text that stands where a number is expected, read once.
-- Parsing keeps to digits as text: the significant digits and the place of the decimal point decide what is a number,
-- and the decimal is put together from them, so nothing is ever rounded through a double.
{%- set number_columns = [
    ['center_a__lab_results', ['value']],
    ['center_a__target_lesions', ['diameter_mm', 'viable_diameter_mm']],
    ['center_a__imaging_studies', ['tumor_count']],
    ['center_b__imaging_studies', ['肿瘤数目']],
    ['center_b__medication_orders', ['用药天数']],
] %}
{%- for n in range(1, 6) %}
{%- do number_columns.append(['center_b__imaging_studies', ['靶病灶' ~ n ~ '长径(cm)', '靶病灶' ~ n ~ '活性径(cm)']]) %}
{%- endfor %}

with

texts as (
    {%- for dataset, columns in number_columns %}
    {%- for column in columns %}
    select "{{ column }}" as source_text from {{ source('landing', dataset) }}
    union
    {%- endfor %}
    {%- endfor %}
    select source_value as source_text from {{ ref('stg_center_b__lab_cells') }}
),

number_texts as (
    select
        source_text,
        {{ extract_match('source_text', '^(<=|>=|[<>≤≥])') }} as comparator_text,
        {{ replace_matches('source_text', '^[<>=≤≥]+\\s*', '') }} as unsigned_text
    from texts
    where
        {{ matches_whole(
            'source_text',
            '((<=|>=|[<>≤≥])\\s*)?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?([Ee][+-]?[0-9]+|[×*]10\\^[0-9]+)?'
        ) }}
),

parts as (
    select
        source_text,
        replace(replace(nullif(comparator_text, ''), '≤', '<='), '≥', '>=') as comparator,
        replace({{ extract_match('unsigned_text', '^([0-9,]+)') }}, ',', '') as whole_digits,
        {{ extract_match('unsigned_text', '[.]([0-9]+)') }} as fraction_digits,
        {{ extract_match('unsigned_text', '[E^e]-0*([0-9]*)$') }} as negative_exponent,
        {{ extract_match('unsigned_text', '[E^e][+]?0*([0-9]*)$') }} as positive_exponent
    from number_texts
),

-- An exponent of more than four digits leaves the admitted magnitudes whatever its digits are.
scaled as (
    select
        source_text,
        comparator,
        ltrim(whole_digits || fraction_digits, '0') as digits,
        case when length(positive_exponent) > 4 then 9999 else cast('0' || positive_exponent as integer) end
        - case when length(negative_exponent) > 4 then 9999 else cast('0' || negative_exponent as integer) end
        - length(fraction_digits) as power_of_ten
    from parts
),

-- The number is 0.<digits> times ten to the point_position; zero has no digits and no scale.
placed as (
    select
        source_text,
        comparator,
        digits,
        case when digits = '' then 0 else power_of_ten end as power_of_ten,
        length(digits) + power_of_ten as point_position
    from scaled
),

-- The digits with the zeros that the decimal point needs before or behind them.
admitted as (
    select
        source_text,
        comparator,
        lpad(digits, cast(greatest(length(digits), 1 - power_of_ten) as integer), '0')
        || repeat('0', greatest(power_of_ten, 0)) as padded_digits,
        greatest(-power_of_ten, 0) as decimal_places
    from placed
    where
        digits = ''
        or (
            length(digits) <= 15
            and point_position >= -8
            and (point_position <= 15 or (point_position = 16 and rtrim(digits, '0') = '1'))
        )
)

select
    source_text,
    comparator,
    {{ as_decimal("
        substr(padded_digits, 1, length(padded_digits) - decimal_places)
        || '.'
        || substr(padded_digits, length(padded_digits) - decimal_places + 1)
        || '0'
    ") }} as number
from admitted
