{#-
    Dates and times. Parsing first brings a delivered form to year-month-day by its pattern, then lets the engine judge
    the calendar: 2023-02-30 is as unreadable as a text without digits. Everything is local time (specification 1.1).
-#}

{#- Hours, minutes and seconds as they may follow a date: HH:MM[:SS], always of two digits. -#}
{% macro time_pattern() -%}
    ( ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?
{%- endmacro %}

{#- Specification 1.3: YYYY-MM-DD with or without HH:MM[:SS]; NULL when unreadable. -#}
{% macro parse_iso_timestamp(text) -%}
    case
        when {{ matches_whole(text, '[0-9]{4}-[0-9]{2}-[0-9]{2}' ~ time_pattern()) }}
            and {{ text }} not like '0000%'
            then try_cast({{ text }} as timestamp)
    end
{%- endmacro %}

{#-
    Specification 1.4: one of four written forms, zero-padded or not, with or without a time, or an Excel day serial.
    The serial's day is its whole part. Its fraction is rounded to the second, as spreadsheets show it (.354167 is 08:30),
    but never into the next day.
-#}
{% macro parse_any_timestamp(text) -%}
    {%- set time = time_pattern() -%}
    case
        when {{ matches_whole(text, '[0-9]{5}([.][0-9]+)?') }}
            then {{ timestamp_of_excel_serial(text) }}
        when {{ text }} like '0000%' then null
        when {{ matches_whole(text, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}' ~ time) }}
            then try_cast({{ text }} as timestamp)
        when {{ matches_whole(text, '[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}' ~ time) }}
            then try_cast(replace({{ text }}, '/', '-') as timestamp)
        when {{ matches_whole(text, '[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日' ~ time) }}
            then try_cast(replace(replace(replace({{ text }}, '年', '-'), '月', '-'), '日', '') as timestamp)
        when {{ matches_whole(text, '[0-9]{8}' ~ time) }}
            then try_cast(
                substr({{ text }}, 1, 4) || '-' || substr({{ text }}, 5, 2) || '-' || substr({{ text }}, 7) as timestamp
            )
    end
{%- endmacro %}

{#- The time of an Excel serial (five digits, optional fraction of a day) on its base of 1899-12-30. -#}
{% macro timestamp_of_excel_serial(text) -%}
    {{ return(adapter.dispatch('timestamp_of_excel_serial', 'hcc')(text)) }}
{%- endmacro %}

{% macro default__timestamp_of_excel_serial(text) -%}
    timestamp '1899-12-30 00:00:00'
    + to_days(cast(substr({{ text }}, 1, 5) as integer))
    + to_microseconds(
        least(
            cast(floor({{ as_decimal("'0' || substr(" ~ text ~ ", 6, 15) || '0'") }} * 86400 + 0.5) as bigint) * 1000000,
            86399999999
        )
    )
{%- endmacro %}

{#- The local date of a timestamp. -#}
{% macro date_of(timestamp) -%}
    cast({{ timestamp }} as date)
{%- endmacro %}

{#- Specification 1.6: a required date is missing when blank, unreadable or the placeholder 1900-01-01. -#}
{% macro is_missing_date(date) -%}
    ({{ date }} is null or {{ date }} = date '1900-01-01')
{%- endmacro %}

{#- Whole days from one date to another. -#}
{% macro days_between(start_date, end_date) -%}
    {{ return(adapter.dispatch('days_between', 'hcc')(start_date, end_date)) }}
{%- endmacro %}

{% macro default__days_between(start_date, end_date) -%}
    ({{ end_date }} - {{ start_date }})
{%- endmacro %}

{% macro spark__days_between(start_date, end_date) -%}
    datediff({{ end_date }}, {{ start_date }})
{%- endmacro %}

{#- A date so many days later; the number may be an expression. -#}
{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days', 'hcc')(date, days)) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%}
    ({{ date }} + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__add_days(date, days) -%}
    date_add({{ date }}, cast({{ days }} as int))
{%- endmacro %}

{#- A date so many calendar months later: 31 January + 1 month is the last day of February (specification 2). -#}
{% macro add_months(date, months) -%}
    {{ return(adapter.dispatch('add_months', 'hcc')(date, months)) }}
{%- endmacro %}

{% macro default__add_months(date, months) -%}
    cast({{ date }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months(date, months) -%}
    add_months({{ date }}, cast({{ months }} as int))
{%- endmacro %}
