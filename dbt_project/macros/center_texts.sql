{# Where a center writes drug names and numbers, and how it delivers measurements (vars: center_texts). #}
{% macro texts_of_center(center) -%}
    {%- set texts = var('center_texts').get(center) -%}
    {%- if not texts -%}
        {{ exceptions.raise_compiler_error(
            'vars: center_texts of dbt_project.yml says nothing of ' ~ center
            ~ ': name the columns of its drug names and numbers, and how it delivers measurements'
        ) }}
    {%- endif -%}
    {{ return(texts) }}
{%- endmacro %}

{# Every distinct text of all centers' columns of one kind (drug_names or numbers), as the column `name`. #}
{% macro texts_of_centers(kind, name) -%}
    {%- for center in var('centers') -%}
        {%- set is_last_center = loop.last -%}
        {%- for dataset, columns in texts_of_center(center)[kind].items() -%}
            {%- set is_last_dataset = loop.last -%}
            {%- for column in columns %}
    select "{{ column }}" as {{ name }} from {{ source('landing', center ~ '__' ~ dataset) }}
                {%- if not (is_last_center and is_last_dataset and loop.last) %}
    union
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor %}
{%- endmacro %}
