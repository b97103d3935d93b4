-- Specification 2.4, scores of laboratory values, all in double arithmetic on unrounded values without comparator:
-- ALBI (Johnson 2015), FIB-4 (Sterling 2006), MELD (2002, before sodium), NLR and PLR (both values of one day).
with findings as (
    select * from {{ ref('baseline_findings') }}
),

conventional_units as (
    select
        max(case when analyte = 'total_bilirubin' then cast(factor_to_unit as double) end) as bilirubin_per_mg_dl,
        max(case when analyte = 'creatinine' then cast(factor_to_unit as double) end) as creatinine_per_mg_dl
    from {{ ref('analyte_units') }}
    where source_unit = 'mg/dL'
),

numbers as (
    select
        study_id,
        person_id,
        anchor,
        age_years,
        {{ oncology_plain_number('total_bilirubin_umol_l', 'total_bilirubin_comparator') }} as bilirubin,
        {{ oncology_plain_number('albumin_g_l', 'albumin_comparator') }} as albumin,
        {{ oncology_plain_number('inr', 'inr_comparator') }} as inr,
        {{ oncology_plain_number('creatinine_umol_l', 'creatinine_comparator') }} as creatinine,
        {{ oncology_plain_number('ast_u_l', 'ast_comparator') }} as ast,
        {{ oncology_plain_number('alt_u_l', 'alt_comparator') }} as alt,
        {{ oncology_plain_number('platelets_10_9_l', 'platelets_comparator') }} as platelets,
        {{ oncology_plain_number('neutrophils_10_9_l', 'neutrophils_comparator') }} as neutrophils,
        {{ oncology_plain_number('lymphocytes_10_9_l', 'lymphocytes_comparator') }} as lymphocytes,
        neutrophils_collected_on = lymphocytes_collected_on as is_nlr_of_one_day,
        platelets_collected_on = lymphocytes_collected_on as is_plr_of_one_day
    from findings
),

converted as (
    select
        numbers.*,
        numbers.bilirubin / conventional_units.bilirubin_per_mg_dl as bilirubin_mg_dl,
        numbers.creatinine / conventional_units.creatinine_per_mg_dl as creatinine_mg_dl
    from numbers
    cross join conventional_units
),

scored as (
    select
        *,
        0.66e0 * log10(bilirubin) - 0.085e0 * albumin as albi_score,
        age_years * ast / (platelets * sqrt(alt)) as fib_4,
        3.78e0 * ln(case when bilirubin_mg_dl < 1e0 then 1e0 else bilirubin_mg_dl end)
        + 11.2e0 * ln(case when inr < 1e0 then 1e0 else inr end)
        + 9.57e0 * ln(case when creatinine_mg_dl < 1e0 then 1e0 when creatinine_mg_dl > 4e0 then 4e0 else creatinine_mg_dl end)
        + 6.43e0 as meld_score,
        case when is_nlr_of_one_day then neutrophils / nullif(lymphocytes, 0) end as nlr,
        case when is_plr_of_one_day then platelets / nullif(lymphocytes, 0) end as plr
    from converted
)

select
    study_id,
    person_id,
    anchor,
    albi_score,
    case
        when albi_score <= -2.60e0 then 1
        when albi_score <= -1.39e0 then 2
        when albi_score is not null then 3
    end as albi_grade,
    case
        when albi_score <= -2.60e0 then null
        when albi_score <= -2.27e0 then '2a'
        when albi_score <= -1.39e0 then '2b'
    end as albi_subgrade,
    fib_4,
    meld_score,
    nlr,
    plr
from scored
