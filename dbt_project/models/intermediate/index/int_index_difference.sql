-- Why a unit lies behind another, or has moved since the period before, by the engine's own ranks (macro
-- index_difference). Not built here: the mart compares by published ranks, which want a share of observed figures.
{{ config(materialized='ephemeral') }}
with standing as (
    {{ index_standing() }}
),

pair as (
    {{ index_pair('standing') }}
),

difference as (
    {{ index_difference('pair') }}
)

select framework, relation, a_unit, a_period, b_unit, b_period, code, a_value, b_value, contribution, gap
from difference
