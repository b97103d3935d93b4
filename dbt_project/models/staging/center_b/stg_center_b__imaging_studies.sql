-- Specification 1.4, 影像, without its lesions. The conclusion states a response where the statement is not directly
-- preceded by a negation; each occurrence is judged on its own, and only one distinct statement is a report.
{%- set negations = '(未|非|无|不|未见|未达|未达到|没有|无明显|不考虑|除外|排除)' %}
{%- set statements = {'完全缓解': 'CR', '部分缓解': 'PR', '疾病稳定': 'SD', '疾病进展': 'PD'} %}

with

source as (
    select * from {{ source('landing', 'center_b__imaging_studies') }}
),

parsed as (
    select
        {{ row_provenance('imaging_studies') }},
        {{ identifier('"检查号"') }} as imaging_id,
        {{ identifier('"住院号"') }} as admission_reference,
        {{ date_of(parse_any_timestamp('"检查日期"')) }} as study_date,
        source."检查类型" as source_modality,
        {{ translated('source."检查类型"', {
            '增强CT': 'CT', '平扫CT': 'CT', '增强MRI': 'MRI', '平扫MRI': 'MRI', '超声': 'US', 'PET-CT': 'PET'
        }) }} as modality,
        case
            when source."检查类型" in ('增强CT', '增强MRI') then true
            when source."检查类型" in ('平扫CT', '平扫MRI') then false
        end as is_contrast_enhanced,
        {{ translated('source."质量"', {'合格': 'adequate', '不合格': 'inadequate'}) }} as quality,
        source."非靶病灶" as source_non_target_status,
        {{ translated('source."非靶病灶"', {
            '完全缓解': 'CR', '未完全缓解': 'NON-CR/NON-PD', '进展': 'PD', '无法评估': 'NE', '无': 'NA'
        }) }} as non_target_status,
        source."新病灶" as source_new_lesion,
        {{ translated('source."新病灶"', {'有': 'Y', '无': 'N'}) }} as new_lesion,
        source."门静脉癌栓" as source_portal_vein_invasion,
        {{ translated('source."门静脉癌栓"', {
            '无': 'none', 'Vp1': 'Vp1', 'Vp2': 'Vp2', 'Vp3': 'Vp3', 'Vp4': 'Vp4'
        }) }} as portal_vein_invasion,
        replace(nullif(source."肝外转移", '无'), '、', ';') as extrahepatic_sites,
        source."肿瘤数目" as source_tumor_count,
        coalesce(source."肿瘤数目" = '多发', false) as is_tumor_count_multiple,
        {{ whole_count('counts') }} as counted_tumors,
        source."影像结论" as source_reported_response,
        {{ replace_matches('source."影像结论"', negations ~ '(' ~ statements.keys() | join('|') ~ ')', '#') }} as asserted_conclusion
    from source
    left join {{ ref('stg_number_texts') }} as counts on source."肿瘤数目" = counts.source_text
),

concluded as (
    select
        *,
        {%- for statement, response in statements.items() %}
        case when asserted_conclusion like '%{{ statement }}%' then '{{ response }}' else '' end
        {{ '||' if not loop.last }}
        {%- endfor %} as stated_responses
    from parsed
)

select
    {{ row_header(
        row_key='imaging_id',
        reference_kind='admission',
        reference='admission_reference',
        earliest_event_date='study_date',
        death_checked_date='study_date'
    ) }},
    imaging_id,
    study_date,
    source_modality,
    modality,
    is_contrast_enhanced,
    quality,
    source_non_target_status,
    non_target_status,
    source_new_lesion,
    new_lesion,
    source_portal_vein_invasion,
    portal_vein_invasion,
    extrahepatic_sites,
    extrahepatic_sites is not null as has_extrahepatic_spread,
    source_tumor_count,
    is_tumor_count_multiple,
    counted_tumors,
    source_reported_response,
    case when length(stated_responses) = 2 then stated_responses end as reported_response,
    case
        when is_malformed then 'malformed_row'
        when imaging_id is null or admission_reference is null then 'missing_key'
        when
            modality is null
            or quality is null
            or {{ is_outside_list('source_non_target_status', 'non_target_status') }}
            or {{ is_outside_list('source_new_lesion', 'new_lesion') }}
            or {{ is_outside_list('source_portal_vein_invasion', 'portal_vein_invasion') }}
            then 'invalid_code'
        when {{ is_missing_date('study_date') }} then 'invalid_date'
        when study_date > extraction_date then 'future_date'
        when source_tumor_count is not null and not is_tumor_count_multiple and counted_tumors is null
            then 'invalid_value'
    end as local_reason
from concluded
