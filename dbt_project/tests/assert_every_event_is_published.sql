-- Specification 4: each event table of the release has one row for each harmonised event. Returns the tables that do not.
{%- set tables = ['exposures', 'lab_results', 'imaging_assessments', 'target_lesions', 'procedures', 'visits'] %}
with counts as (
    {% for table in tables %}
    select
        '{{ table }}' as table_name,
        (select count(*) from {{ ref('harmonised_' ~ table) }}) as harmonised_count,
        (select count(*) from {{ ref('published_' ~ table) }}) as published_count
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select *
from counts
where harmonised_count <> published_count
