-- Specification 2.2, target response: the first rule that applies. The nadir before a timepoint is the smallest of the
-- baseline sum and the sums of all earlier fully evaluated timepoints of the line. Everything in tenths of a millimetre.
{%- set smallest_increase = var('min_absolute_increase_mm') * 10 %}
with timepoints as (
    select * from {{ ref('timepoints') }}
),

sums as (
    select
        *,
        least(
            baseline_sum_tenths_mm,
            coalesce(
                min(sum_tenths_mm) over (
                    partition by person_id, line_number, criteria
                    order by assessment_date
                    rows between unbounded preceding and 1 preceding
                ),
                baseline_sum_tenths_mm
            )
        ) as nadir_tenths_mm
    from {{ ref('timepoint_sums') }}
)

select
    timepoints.person_id,
    timepoints.line_number,
    timepoints.criteria,
    timepoints.assessment_date,
    timepoints.imaging_source_row_id,
    timepoints.center_id,
    timepoints.is_within_line,
    timepoints.has_baseline,
    timepoints.reported_response,
    timepoints.new_lesion,
    timepoints.non_target_response,
    sums.lesion_count,
    sums.evaluated_count,
    sums.sum_tenths_mm,
    sums.evaluated_sum_tenths_mm,
    sums.baseline_sum_tenths_mm,
    sums.nadir_tenths_mm,
    case
        when not timepoints.has_baseline then 'NA'
        when sums.is_every_lesion_gone then 'CR'
        when
            5 * sums.evaluated_sum_tenths_mm >= 6 * sums.nadir_tenths_mm
            and sums.evaluated_sum_tenths_mm - sums.nadir_tenths_mm >= {{ smallest_increase }}
            then 'PD'
        when sums.sum_tenths_mm is null then 'NE'
        when 10 * sums.sum_tenths_mm <= 7 * sums.baseline_sum_tenths_mm then 'PR'
        else 'SD'
    end as target_response
from timepoints
left join sums
    on
        timepoints.person_id = sums.person_id
        and timepoints.line_number = sums.line_number
        and timepoints.criteria = sums.criteria
        and timepoints.assessment_date = sums.assessment_date
