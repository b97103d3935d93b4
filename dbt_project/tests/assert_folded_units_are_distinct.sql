-- Guards specification 1.5: after folding, an analyte knows a unit once, so that no value is converted twice.
select
    analyte,
    {{ folded_unit('source_unit') }} as unit,
    count(*) as unit_count
from {{ ref('analyte_units') }}
group by 1, 2
having count(*) > 1
