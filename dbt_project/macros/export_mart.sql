{#-
    Post-hook of every mart: writes it as <HCC_MARTS_DIR>/<model>.parquet for the steps behind dbt.
    Does nothing where the variable is empty, so that models can be built without an export.
-#}
{% macro export_mart() -%}
    {%- set folder = env_var('HCC_MARTS_DIR', '') -%}
    {%- if folder -%}
        copy {{ this }} to '{{ folder | replace("'", "''") }}/{{ this.identifier }}.parquet' (format parquet)
    {%- endif -%}
{%- endmacro %}
