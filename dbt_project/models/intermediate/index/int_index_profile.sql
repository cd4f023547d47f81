-- Strengths and weaknesses of each unit against the mean of those the engine ranks (macro index_profile). Not built
-- here: the mart takes the mean of those with a published rank, which wants a share of observed figures.
{{ config(materialized='ephemeral') }}
with standing as (
    {{ index_standing() }}
),

profile as (
    {{ index_profile('standing', 3) }}
)

select * from profile
