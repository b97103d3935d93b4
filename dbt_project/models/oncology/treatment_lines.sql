-- Specification 2.1 and 4: lines with their end and regimen class. A line ends the day before the next one starts, the
-- last on the last day of its regimen's eras; it is ongoing when an exposure of its regimen ends on the cut-off of
-- that exposure's center.
with line_starts as (
    select
        *,
        lead(line_start_date) over (partition by person_id order by line_number) as next_line_start_date
    from {{ ref('line_starts') }}
),

eras as (
    select * from {{ ref('agent_eras') }}
),

regimen_eras as (
    select
        line_starts.person_id,
        line_starts.line_number,
        max(eras.era_end_date) as last_covered_date,
        bool_or(eras.has_exposure_to_cutoff) as has_exposure_to_cutoff,
        min(case when eras.era_start_date = line_starts.line_start_date then eras.start_source_row_id end)
            as line_start_source_row_id,
        bool_or(eras.agent_class = 'TKI') as has_tki,
        bool_or(eras.agent_class in ('PD-1', 'PD-L1')) as has_pd_1,
        bool_or(eras.agent_class = 'anti-VEGF') as has_anti_vegf,
        bool_or(eras.agent_class not in ('TKI', 'PD-1', 'PD-L1', 'anti-VEGF')) as has_other
    from line_starts
    inner join eras
        on
            line_starts.person_id = eras.person_id
            and {{ oncology_set_text_contains('line_starts.regimen', 'eras.agent') }}
    group by line_starts.person_id, line_starts.line_number
)

select
    line_starts.person_id,
    line_starts.line_number,
    line_starts.line_start_date,
    case
        when line_starts.next_line_start_date is null then regimen_eras.last_covered_date
        else {{ add_days('line_starts.next_line_start_date', '-1') }}
    end as line_end_date,
    line_starts.next_line_start_date,
    line_starts.regimen,
    case
        when regimen_eras.has_other then 'other'
        when regimen_eras.has_tki and not regimen_eras.has_pd_1 and not regimen_eras.has_anti_vegf then 'TKI'
        when regimen_eras.has_pd_1 and not regimen_eras.has_tki and not regimen_eras.has_anti_vegf then 'PD-1'
        when regimen_eras.has_tki and regimen_eras.has_pd_1 and not regimen_eras.has_anti_vegf then 'TKI+PD-1'
        when regimen_eras.has_pd_1 and regimen_eras.has_anti_vegf and not regimen_eras.has_tki then 'PD-1+anti-VEGF'
        else 'other'
    end as regimen_class,
    line_starts.next_line_start_date is null and regimen_eras.has_exposure_to_cutoff as is_ongoing,
    regimen_eras.line_start_source_row_id
from line_starts
inner join regimen_eras
    on
        line_starts.person_id = regimen_eras.person_id
        and line_starts.line_number = regimen_eras.line_number
