{#-
    What every staging model says about its rows in the same words, so that one model can settle every row's
    disposition (specification 1.2 and 1.6) without knowing the table.
-#}

{#- First CTE of a staging model: the row's provenance, from landing's columns. -#}
{% macro row_provenance(dataset) -%}
    _center_id || '|' || {{ as_text('_drop_number') }} || '|' || _table_name || '|' || {{ as_text('_row_number') }} as source_row_id,
    _center_id as center_id,
    _drop_number as drop_number,
    _drop_rank as drop_rank,
    _extraction_date as extraction_date,
    _table_name as table_name,
    _row_number as row_number,
    '{{ dataset }}' as dataset,
    _is_malformed as is_malformed
{%- endmacro %}

{#-
    Last select of a staging model, beside its own local_reason.
    row_key: the whole key as text, NULL where a part of it is blank. reference_kind: patient, admission or study.
    earliest_event_date: compared with the birth date. death_checked_date: compared with the date of death.
-#}
{% macro row_header(
    row_key,
    reference_kind=none,
    reference='cast(null as varchar)',
    version_at='cast(null as timestamp)',
    is_void='false',
    status=none,
    earliest_event_date='cast(null as date)',
    death_checked_date='cast(null as date)'
) -%}
    source_row_id,
    center_id,
    drop_number,
    drop_rank,
    table_name,
    row_number,
    dataset,
    is_malformed,
    {{ row_key }} as row_key,
    {{ version_at }} as version_at,
    {%- if status %}
    {#- Specification 1.2 and 1.6, tested on the status as delivered, also where the table's list does not hold it: void
        comes before invalid_code. A blank status is none of them. #}
    coalesce({{ status }} in ('cancelled', 'entered_in_error', 'preliminary'), false) as is_void,
    coalesce({{ status }} = 'preliminary', false) as is_preliminary,
    coalesce({{ status }} in ('final', 'corrected', 'cancelled'), false) as is_final_version,
    {%- else %}
    {{ is_void }} as is_void,
    false as is_preliminary,
    false as is_final_version,
    {%- endif %}
    cast({% if reference_kind %}'{{ reference_kind }}'{% else %}null{% endif %} as varchar) as reference_kind,
    {{ reference }} as reference,
    {{ earliest_event_date }} as earliest_event_date,
    {{ death_checked_date }} as death_checked_date
{%- endmacro %}

{#- The header's columns, for the unions of all tables. -#}
{% macro row_header_columns() -%}
    source_row_id, center_id, drop_number, drop_rank, table_name, row_number, dataset, is_malformed, row_key, version_at,
    is_void, is_preliminary, is_final_version, reference_kind, reference, earliest_event_date, death_checked_date,
    local_reason
{%- endmacro %}

{#- The same staging model of every center, one below the other. -#}
{% macro union_centers(dataset, columns) -%}
    {%- for center in var('centers') %}
    select {{ columns }}
    from {{ ref('stg_' ~ center ~ '__' ~ dataset) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- A part of source_row_id: 1 center, 2 drop number, 3 table, 4 row number. -#}
{% macro source_row_part(source_row_id, part) -%}
    split_part({{ source_row_id }}, '|', {{ part }})
{%- endmacro %}
