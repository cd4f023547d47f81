-- Figures that landed although a rule of sanity questions them: what moved more than its indicator plausibly does,
-- and what its own document contradicts. For a person to look at; a correction in the seed settles it.
select
    s.document_id,
    s.cell_address,
    s.place_code,
    s.indicator_code,
    s.period,
    s.value_as_printed,
    s.unit_as_printed,
    s.value,
    s.unit,
    s.doubt_rule as rule,
    s.doubt as reason,
    coalesce(o.is_best, false) as is_best
from {{ ref('stg_statistic') }} as s
left join {{ ref('int_observation') }} as o on s.cell_address = o.cell_address
where s.doubt_rule is not null
order by s.doubt_rule, s.indicator_code, s.place_code, s.period, s.cell_address
