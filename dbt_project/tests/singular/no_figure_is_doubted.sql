{{ config(severity='warn') }}
select * from {{ ref('mart_doubt') }}
