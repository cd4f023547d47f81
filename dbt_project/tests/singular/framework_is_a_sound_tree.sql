with recursive node as (
    select * from {{ ref('framework_node') }}
),

reached as (
    select framework, node_code, 1 as depth from node where parent_code is null
    union all
    select n.framework, n.node_code, r.depth + 1
    from node as n
    inner join reached as r on n.framework = r.framework and n.parent_code = r.node_code
    where r.depth < 20
)

select f.framework, null as node_code, 'has ' || count(n.node_code) || ' roots' as fault
from {{ ref('framework') }} as f
left join node as n on f.framework = n.framework and n.parent_code is null
group by f.framework
having count(n.node_code) <> 1
union all
select n.framework, n.node_code, 'cannot be reached from the root' as fault
from node as n
anti join reached as r on n.framework = r.framework and n.node_code = r.node_code
union all
select framework, node_code, 'weight must be above zero' as fault
from node
where coalesce(weight, 0) <= 0
union all
select n.framework, n.node_code, 'unknown indicator ' || n.indicator_code as fault
from node as n
anti join {{ ref('indicator') }} as i on n.indicator_code = i.indicator_code
where n.indicator_code is not null
union all
select framework, node_code, 'goalposts must rise and be given for indicators only' as fault
from node
where
    (indicator_code is not null and coalesce(goalpost_high <= goalpost_low, true))
    or (indicator_code is null and goalpost_high is not null)
union all
select framework, null, 'weights of the pillars must add up to 1' as fault
from node
where parent_code in (select p.node_code from node as p where p.parent_code is null)
group by framework
having abs(sum(weight) - 1) > 1e-9
