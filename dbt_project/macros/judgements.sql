{#- Judgements that both centers' staging models share (specification 1.4 to 1.6). -#}

{#- A count: a whole number without comparator; NULL when it is none. `numbers` is a join of stg_number_texts. -#}
{% macro whole_count(numbers) -%}
    case
        when {{ numbers }}.comparator is null and {{ numbers }}.number = floor({{ numbers }}.number)
            then cast({{ numbers }}.number as bigint)
    end
{%- endmacro %}

{#- A diameter in tenths of a millimetre; NULL when the text is no number or carries a comparator. -#}
{% macro diameter_tenths(numbers, tenths_per_unit) -%}
    case
        when {{ numbers }}.comparator is null then {{ tenths_of_mm(numbers ~ '.number', tenths_per_unit) }}
    end
{%- endmacro %}

{#- Above 400 mm after rounding (specification 1.6). -#}
{% macro is_implausible_diameter(tenths_mm) -%}
    coalesce({{ tenths_mm }} > 4000, false)
{%- endmacro %}

{#- CTE dated_deaths: a dead contact's date of death, its contact's date where it has none that can be used. -#}
{% macro dated_deaths(relation) -%}
dated_deaths as (
    select
        *,
        case when vital_status = 'dead' then coalesce(read_death_date, contact_date) end as death_date,
        coalesce(vital_status = 'dead' and read_death_date is null, false) as is_death_date_from_contact
    from {{ relation }}
)
{%- endmacro %}

{#- The single-row verdict on a follow-up contact; the date of death counts as an event date of a dead contact. -#}
{% macro follow_up_reason() -%}
    case
        when is_malformed then 'malformed_row'
        when contact_id is null or patient_reference is null then 'missing_key'
        when vital_status is null or {{ is_outside_list('source_cause_of_death', 'cause_of_death') }} then 'invalid_code'
        when {{ is_missing_date('contact_date') }} then 'invalid_date'
        when contact_date > extraction_date or death_date > extraction_date then 'future_date'
    end
{%- endmacro %}

{#- The headers of a center's delivered tables, one below the other. -#}
{% macro delivered_rows_of(center, datasets) -%}
    {%- for dataset in datasets %}
    select {{ row_header_columns() }}
    from {{ ref('stg_' ~ center ~ '__' ~ dataset) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
