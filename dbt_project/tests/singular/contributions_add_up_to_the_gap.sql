select framework, relation, place_code, year, any_value(gap) as gap, sum(contribution_to_gap) as total
from {{ ref('mart_index_difference') }}
group by all
having coalesce(abs(any_value(gap) - sum(contribution_to_gap)) > 1e-9, true)
