-- Specification 2.4, Child-Pugh: points 1 to 3 for each of five components; any unknown component, or one whose interval
-- spans classes, makes score and class unknown. Bilirubin in umol/L, albumin in g/L.
with findings as (
    select * from {{ ref('baseline_findings') }}
),

points as (
    select
        study_id,
        person_id,
        anchor,
        {{ oncology_class_of_three('total_bilirubin_umol_l', 'total_bilirubin_comparator', 34, 51) }}
            as bilirubin_points,
        4 - {{ oncology_class_of_three('albumin_g_l', 'albumin_comparator', 28, 35) }} as albumin_points,
        {{ oncology_class_of_three('inr', 'inr_comparator', 1.7, 2.3) }} as inr_points,
        case ascites when 'none' then 1 when 'mild' then 2 when 'moderate_severe' then 3 end as ascites_points,
        case encephalopathy when 'none' then 1 when 'grade_1_2' then 2 when 'grade_3_4' then 3 end
            as encephalopathy_points
    from findings
),

scored as (
    select
        *,
        bilirubin_points + albumin_points + inr_points + ascites_points + encephalopathy_points as child_pugh_score
    from points
)

select
    *,
    case
        when child_pugh_score <= 6 then 'A'
        when child_pugh_score <= 9 then 'B'
        when child_pugh_score <= 15 then 'C'
    end as child_pugh_class
from scored
