-- Specification 1.5: every distinct text that stands where a number is expected, read once.
-- Parsing keeps to digits as text: the significant digits and the place of the decimal point decide what is a number,
-- and the decimal is put together from them, so nothing is ever rounded through a double.
with

texts as (
    {{ texts_of_centers('numbers', 'source_text') }}
    {%- for center in var('centers') if texts_of_center(center)['measurements'] == 'cells' %}
    union
    select source_value as source_text from {{ ref('stg_' ~ center ~ '__lab_cells') }}
    {%- endfor %}
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
