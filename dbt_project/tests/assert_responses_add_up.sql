-- Specification 2.2: sums, nadir and changes agree with one another and with the target response. Returns the timepoints
-- where they do not.
select
    person_id,
    line_number,
    criteria,
    assessment_date
from {{ ref('timepoint_responses') }}
where
    has_baseline <> (target_response <> 'NA')
    or has_baseline <> (baseline_sum_tenths_mm is not null)
    or nadir_tenths_mm > baseline_sum_tenths_mm
    or evaluated_count > lesion_count
    or (has_baseline and (evaluated_count = lesion_count) <> (sum_tenths_mm is not null))
    or change_from_nadir_tenths_mm <> sum_tenths_mm - nadir_tenths_mm
    or change_from_baseline_tenths_mm <> sum_tenths_mm - baseline_sum_tenths_mm
    or (target_response = 'PD' and overall_response <> 'PD')
    or (response_source = 'reported' and overall_response <> reported_response)
