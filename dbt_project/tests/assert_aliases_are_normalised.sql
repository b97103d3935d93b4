-- Guards specification 1.5: an alias is looked for in a lower-case text, so one with a capital would never be found.
select alias
from {{ ref('agent_aliases') }}
where alias <> lower(alias) or alias <> trim(alias) or alias = ''
