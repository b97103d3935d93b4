-- Specification 2.4, BCLC and CNLC (2022) stages: the first rule that applies. Unknown when ECOG, portal vein invasion or
-- extrahepatic spread is unknown and nothing before settles the stage; when the number of tumours is unknown or 0; and
-- when the size is unknown with fewer than 4 tumours. Sizes in tenths of a millimetre.
with findings as (
    select * from {{ ref('baseline_findings') }}
),

child_pugh as (
    select * from {{ ref('child_pugh') }}
),

staged as (
    select
        findings.study_id,
        findings.person_id,
        findings.anchor,
        findings.ecog,
        findings.tumor_count,
        findings.largest_diameter_tenths_mm,
        findings.has_extrahepatic_spread,
        findings.portal_vein_invasion <> 'none' as has_vascular_invasion,
        coalesce(findings.ecog >= 3, false) or coalesce(child_pugh.child_pugh_class = 'C', false) as is_terminal,
        findings.ecog is null
        or findings.portal_vein_invasion is null
        or findings.has_extrahepatic_spread is null as is_spread_unknown,
        coalesce(findings.tumor_count, 0) < 1
        or (findings.tumor_count < 4 and findings.largest_diameter_tenths_mm is null) as is_burden_unknown
    from findings
    inner join child_pugh
        on
            findings.study_id = child_pugh.study_id
            and findings.person_id = child_pugh.person_id
            and findings.anchor = child_pugh.anchor
)

select
    study_id,
    person_id,
    anchor,
    case
        when is_terminal then 'D'
        when has_vascular_invasion or has_extrahepatic_spread or ecog between 1 and 2 then 'C'
        when is_spread_unknown or is_burden_unknown then null
        when tumor_count = 1 and largest_diameter_tenths_mm <= 200 then '0'
        when tumor_count = 1 or (tumor_count <= 3 and largest_diameter_tenths_mm <= 300) then 'A'
        else 'B'
    end as bclc_stage,
    case
        when is_terminal then 'IV'
        when has_extrahepatic_spread then 'IIIb'
        when has_vascular_invasion then 'IIIa'
        when is_spread_unknown or is_burden_unknown then null
        when tumor_count >= 4 then 'IIb'
        when tumor_count >= 2 and largest_diameter_tenths_mm > 300 then 'IIa'
        when tumor_count >= 2 or largest_diameter_tenths_mm > 500 then 'Ib'
        else 'Ia'
    end as cnlc_stage
from staged
