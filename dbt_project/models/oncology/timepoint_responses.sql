-- Specification 2.2, overall response at a timepoint: the first rule that applies. The radiologist's own words settle
-- only what cannot be derived: no baseline, or none of its lesions evaluated.
with target_responses as (
    select
        *,
        target_response = 'PD' or non_target_response = 'PD' or new_lesion = 'Y' as has_progression,
        coalesce(evaluated_count, 0) = 0 and reported_response is not null as rests_on_report
    from {{ ref('target_responses') }}
)

select
    person_id,
    line_number,
    criteria,
    assessment_date,
    is_within_line,
    has_baseline,
    target_response,
    non_target_response,
    new_lesion,
    case
        when has_progression then 'PD'
        when rests_on_report then reported_response
        when target_response = 'NE' then 'NE'
        when target_response = 'NA' and non_target_response in ('CR', 'NON-CR/NON-PD') then non_target_response
        when target_response = 'NA' then 'NE'
        when target_response = 'CR' and non_target_response in ('CR', 'NA') then 'CR'
        when target_response in ('CR', 'PR') then 'PR'
        else 'SD'
    end as overall_response,
    case when rests_on_report and not has_progression then 'reported' else 'derived' end as response_source,
    reported_response,
    lesion_count,
    evaluated_count,
    sum_tenths_mm,
    baseline_sum_tenths_mm,
    nadir_tenths_mm,
    sum_tenths_mm - baseline_sum_tenths_mm as change_from_baseline_tenths_mm,
    sum_tenths_mm - nadir_tenths_mm as change_from_nadir_tenths_mm,
    {{ oncology_percent_change('baseline_sum_tenths_mm', 'sum_tenths_mm') }} as change_from_baseline_pct,
    {{ oncology_percent_change('nadir_tenths_mm', 'sum_tenths_mm') }} as change_from_nadir_pct,
    imaging_source_row_id,
    center_id
from target_responses
