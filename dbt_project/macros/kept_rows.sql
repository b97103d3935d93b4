{#-
    CTE kept_rows: the kept rows of one dataset with the person each belongs to. Event models join it, so that no event
    comes from a row with another disposition (specification 1.6).
-#}
{% macro kept_rows(dataset) -%}
kept_rows as (
    select
        source_row_id,
        person_id
    from {{ ref('row_dispositions') }}
    where dataset = '{{ dataset }}' and disposition = 'kept'
)
{%- endmacro %}
