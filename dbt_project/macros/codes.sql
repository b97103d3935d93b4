{#- Closed lists and identifiers of the two source contracts (specification 1.2 to 1.4). -#}

{#- Specification 1.2: identifiers are text in which `digits.0` loses its `.0`. -#}
{% macro identifier(column) -%}
    case
        when {{ column }} like '%.0' then {{ replace_matches(column, '^([0-9]+)[.]0$', '\\1') }}
        else {{ column }}
    end
{%- endmacro %}

{#- The value where the list holds it exactly, else NULL. -#}
{% macro closed_list(column, codes) -%}
    case when {{ column }} in ('{{ codes | join("', '") }}') then {{ column }} end
{%- endmacro %}

{#- The code a source value stands for, NULL where the list does not hold it. -#}
{% macro translated(column, codes) -%}
    case {{ column }}
        {%- for source_code, code in codes.items() %}
        when '{{ source_code }}' then '{{ code }}'
        {%- endfor %}
    end
{%- endmacro %}

{#- ECOG performance status 0 to 4, also as 1.0; else NULL. -#}
{% macro ecog_status(column) -%}
    case when {{ matches_whole(column, '[0-4]([.]0)?') }} then cast(substr({{ column }}, 1, 1) as integer) end
{%- endmacro %}

{#- Specification 1.6: a value outside its closed list where a blank means unknown. -#}
{% macro is_outside_list(source_column, code_column) -%}
    ({{ source_column }} is not null and {{ code_column }} is null)
{%- endmacro %}

{#- Whether the text holds any of the words. -#}
{% macro holds_any(text, words) -%}
    ({%- for word in words -%}
        {{ ' or ' if not loop.first }}{{ text }} like '%{{ word }}%'
    {%- endfor -%})
{%- endmacro %}
