{#-
    Regular expressions. Patterns use only what RE2 (DuckDB) and Java (Spark) share: no look-around, `[0-9]` for digits;
    a replacement names a group as \1.
-#}

{#- Whether the whole text matches the pattern. -#}
{% macro matches_whole(text, pattern) -%}
    {{ return(adapter.dispatch('matches_whole', 'hcc')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches_whole(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches_whole(text, pattern) -%}
    ({{ text }} rlike r'^(?:{{ pattern }})$')
{%- endmacro %}

{#- The text with every match replaced. -#}
{% macro replace_matches(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_matches', 'hcc')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro default__replace_matches(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_matches(text, pattern, replacement) -%}
    regexp_replace({{ text }}, r'{{ pattern }}', r'{{ replacement | replace("\\", "$") }}')
{%- endmacro %}

{#- What the pattern's only group matches first; an empty text where it does not match. -#}
{% macro extract_match(text, pattern) -%}
    {{ return(adapter.dispatch('extract_match', 'hcc')(text, pattern)) }}
{%- endmacro %}

{% macro default__extract_match(text, pattern) -%}
    regexp_extract({{ text }}, '{{ pattern }}', 1)
{%- endmacro %}

{% macro spark__extract_match(text, pattern) -%}
    regexp_extract({{ text }}, r'{{ pattern }}', 1)
{%- endmacro %}
