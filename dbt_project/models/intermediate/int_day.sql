{{ config(materialized='view') }}
-- The calendar that the semantic layer requires: metrics by any span of time are grouped along it.
select days.d::date as day
from range(date '1949-01-01', make_date((year(current_date) + 2)::integer, 1, 1), interval 1 day) as days (d)
