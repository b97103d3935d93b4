-- Specification 1.2: every row of a loaded drop's current state, and whether it is the version of its key that stands:
-- newest drop, then newest version timestamp (unreadable = oldest), then highest row number; a preliminary version
-- never while a final, corrected or cancelled one exists. Rows without a whole key and malformed rows take no part.
with

delivered as (
    {{ union_centers('rows', row_header_columns()) }}
),

repeated_keys as (
    select
        center_id,
        dataset,
        row_key,
        max(case when is_final_version then 1 else 0 end) as has_final_version
    from delivered
    where row_key is not null and not is_malformed
    group by center_id, dataset, row_key
    having count(*) > 1
),

versions as (
    select
        delivered.source_row_id,
        row_number() over (
            partition by delivered.center_id, delivered.dataset, delivered.row_key
            order by
                case when delivered.is_preliminary then repeated_keys.has_final_version else 0 end asc,
                delivered.drop_rank desc,
                delivered.version_at desc nulls last,
                delivered.row_number desc
        ) as version_rank
    from delivered
    inner join repeated_keys
        on
            delivered.center_id = repeated_keys.center_id
            and delivered.dataset = repeated_keys.dataset
            and delivered.row_key = repeated_keys.row_key
    where not delivered.is_malformed
),

superseded as (
    select source_row_id
    from versions
    where version_rank > 1
)

select
    delivered.*,
    superseded.source_row_id is not null as is_superseded
from delivered
left join superseded on delivered.source_row_id = superseded.source_row_id
