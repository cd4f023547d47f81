-- Why a unit lies behind another, or has moved since the period before (macro index_difference).
with pair as (
    {{ index_pair(ref('int_index_score')) }}
),

difference as (
    {{ index_difference('pair') }}
)

select framework, relation, a_unit, a_period, b_unit, b_period, code, a_value, b_value, contribution, gap
from difference
