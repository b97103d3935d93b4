-- Specification 1.5: the agents every distinct drug text names. Aliases are taken longest first and use up their
-- characters; a Latin alias counts only where no Latin letter of the text stands directly before or after it.
-- Aliases of one length come in text order, then from left to right.
with recursive

delivered as (
    {{ texts_of_centers('drug_names', 'drug_text') }}
),

drug_texts as (
    select
        drug_text,
        lower(drug_text) as lower_text
    from delivered
    where drug_text is not null
),

aliases as (
    select
        alias,
        agent,
        length(alias) as alias_length,
        {{ matches_whole('alias', '.*[a-z].*') }} as is_latin
    from {{ ref('agent_aliases') }}
),

-- Every place at which an alias stands in a text, from left to right.
occurrences as (
    select
        drug_texts.drug_text,
        drug_texts.lower_text,
        aliases.alias,
        aliases.agent,
        aliases.alias_length,
        aliases.is_latin,
        position(aliases.alias in drug_texts.lower_text) as start_at
    from drug_texts
    inner join aliases on position(aliases.alias in drug_texts.lower_text) > 0
    union all
    select
        drug_text,
        lower_text,
        alias,
        agent,
        alias_length,
        is_latin,
        start_at + position(alias in substr(lower_text, start_at + 1)) as start_at
    from occurrences
    where position(alias in substr(lower_text, start_at + 1)) > 0
),

candidates as (
    select
        drug_text,
        lower_text,
        alias,
        agent,
        alias_length,
        start_at,
        row_number() over (partition by drug_text order by alias_length desc, alias asc, start_at asc) as turn
    from occurrences
    where
        not is_latin
        or not (
            {{ matches_whole('substr(lower_text, greatest(start_at - 1, 1), least(start_at - 1, 1))', '[a-z]') }}
            or {{ matches_whole('substr(lower_text, start_at + alias_length, 1)', '[a-z]') }}
        )
),

-- One candidate a turn; what it uses is blotted out for those after it.
turns as (
    select
        drug_text,
        lower_text as remaining_text,
        cast(null as varchar) as agent,
        cast(0 as bigint) as turn
    from drug_texts
    union all
    select
        turns.drug_text,
        case
            when substr(turns.remaining_text, candidates.start_at, candidates.alias_length) = candidates.alias
                then
                    substr(turns.remaining_text, 1, candidates.start_at - 1)
                    || repeat(chr(1), candidates.alias_length)
                    || substr(turns.remaining_text, candidates.start_at + candidates.alias_length)
            else turns.remaining_text
        end as remaining_text,
        case
            when substr(turns.remaining_text, candidates.start_at, candidates.alias_length) = candidates.alias
                then candidates.agent
        end as agent,
        candidates.turn
    from turns
    inner join candidates
        on
            turns.drug_text = candidates.drug_text
            and turns.turn + 1 = candidates.turn
),

named_agents as (
    select distinct
        drug_text,
        agent
    from turns
    where agent is not null
)

select * from named_agents
