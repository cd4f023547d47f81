select 'subsystem_indicator' as seed, indicator_code as code, 'subsystem must be innovation or economy' as fault
from {{ ref('subsystem_indicator') }}
where subsystem_code not in ('innovation', 'economy')
union all
select 'subsystem_indicator', indicator_code, 'stands in the framework ' || count(*) || ' times'
from {{ ref('subsystem_indicator') }}
group by framework, indicator_code
having count(*) > 1
union all
select 'coordination_grade', grade::varchar, 'grades are 1, 2, 3 and so on, and each begins above the one before, the first at 0'
from {{ ref('coordination_grade') }}
qualify
    grade <> row_number() over (order by coordination_from)
    or coalesce(coordination_from <= lag(coordination_from) over (order by grade), coordination_from <> 0)
union all
select 'disparity_indicator', indicator_code, 'stands ' || count(*) || ' times'
from {{ ref('disparity_indicator') }}
group by indicator_code
having count(*) > 1
union all
select 'disparity_indicator', indicator_code, 'the first year must be before the last, and a regression needs three members'
from {{ ref('disparity_indicator') }}
where coalesce(first_year >= last_year, true) or coalesce(least_known < 3, true)
