select 'coupling' as measure, place_code || ' ' || year as code, coupling as value
from {{ ref('mart_coupling_coordination') }}
where coupling_low < 0 or coupling_high > 1 + 1e-9 or coupling not between coupling_low - 1e-9 and coupling_high + 1e-9
union all
select 'coordination', place_code || ' ' || year, coordination
from {{ ref('mart_coupling_coordination') }}
where coordination_low < 0 or coordination_high > 1 + 1e-9
union all
select 'synergy', composite || ' ' || place_code || ' ' || year, synergy
from {{ ref('mart_synergy') }}
where synergy_low < -1 - 1e-9 or synergy_high > 1 + 1e-9
union all
select 'p', indicator_code || ' ' || span_kind, p_value
from {{ ref('mart_convergence') }}
where p_value not between -1e-9 and 1 + 1e-9
