{#- A published day: whole days from one date to another as an integer; NULL where either is unknown. -#}
{% macro oncology_day(start_date, end_date) -%}
    cast({{ days_between(start_date, end_date) }} as integer)
{%- endmacro %}
