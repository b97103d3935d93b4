{#-
    Specification 1.5: units compare in lower case, micro sign as u, without blanks, powers of ten folded to 10*n
    (×10^9/L, 109/L from a superscript, 10^3/uL). The text has had NFKC before.
-#}
{% macro folded_unit(unit) -%}
    {{ replace_matches(
        replace_matches("replace(replace(lower(" ~ unit ~ "), 'μ', 'u'), 'µ', 'u')", '\\s', ''),
        '^[x×*]?10[\\^*×x]?([0-9])', '10*\\1'
    ) }}
{%- endmacro %}

{#- Specification 1.5: the words for a result below detection, which only hbv_dna knows. -#}
{% macro is_below_detection_word(analyte, value) -%}
    ({{ analyte }} = 'hbv_dna' and lower({{ value }}) in ('阴性', '未检出', 'negative'))
{%- endmacro %}

{#-
    number x factor, exact to 18 decimals: whole part and fraction apart, since the product of two wide decimals would
    overflow (numbers reach 1e15 with 18 decimals, factors have nine).
-#}
{% macro converted_number(number, factor) -%}
    (
        {{ as_decimal('cast(floor(' ~ number ~ ') as decimal(20, 0)) * ' ~ factor) }}
        + {{ as_decimal('cast(' ~ number ~ ' - floor(' ~ number ~ ') as decimal(19, 18)) * ' ~ factor) }}
    )
{%- endmacro %}

{#- A length in tenths of a millimetre, rounded half up (lengths are never negative): specification 1.4. -#}
{% macro tenths_of_mm(number, tenths_per_unit) -%}
    cast(floor({{ number }} * {{ tenths_per_unit }} + 0.5) as bigint)
{%- endmacro %}
