with recursive node as (
    select * from {{ ref('framework_node') }} where kind in ('indicator', 'aggregate')
),

reached as (
    select framework, node_code, 1 as depth from node where parent_code is null
    union all
    select n.framework, n.node_code, r.depth + 1
    from node as n
    inner join reached as r on n.framework = r.framework and n.parent_code = r.node_code
    where r.depth < 20
),

child as (
    select c.*, p.level as parent_level, p.kind as parent_kind
    from node as c
    inner join node as p on c.framework = p.framework and c.parent_code = p.node_code
),

goalposted as (
    select framework from {{ ref('framework_method') }} where normalise = 'goalposts'
)

select f.framework, null as node_code, 'has ' || count(n.node_code) || ' roots' as fault
from {{ ref('framework') }} as f
left join node as n on f.framework = n.framework and n.parent_code is null
group by f.framework
having count(n.node_code) <> 1
union all
select framework, node_code, 'is there twice' as fault
from {{ ref('framework_node') }}
group by framework, node_code
having count(*) > 1
union all
select n.framework, n.node_code, 'cannot be reached from the root' as fault
from node as n
anti join reached as r on n.framework = r.framework and n.node_code = r.node_code
union all
select framework, node_code, 'kind must be indicator, aggregate, denominator or group' as fault
from {{ ref('framework_node') }}
where coalesce(kind not in ('indicator', 'aggregate', 'denominator', 'group'), true)
union all
select framework, node_code, 'level ' || coalesce(level::varchar, 'none') || ' is not below that of its parent' as fault
from child
where coalesce(level >= parent_level, true)
union all
select n.framework, n.node_code, 'an aggregate must have children' as fault
from node as n
anti join child as c on n.framework = c.framework and n.node_code = c.parent_code
where n.kind = 'aggregate'
union all
select distinct framework, parent_code, 'an indicator cannot have children' as fault
from child
where parent_kind = 'indicator'
union all
select framework, node_code, 'weight must not be below zero' as fault
from node
where coalesce(weight < 0, true)
union all
select framework, parent_code, 'weights of its children add up to nothing' as fault
from child
group by framework, parent_code
having coalesce(sum(weight), 0) = 0
union all
select framework, node_code, 'direction must be 1 or -1' as fault
from node
where coalesce(direction not in (1, -1), true)
union all
select n.framework, n.node_code, 'unknown indicator ' || n.indicator_code as fault
from node as n
anti join {{ ref('indicator') }} as i on n.indicator_code = i.indicator_code
where n.indicator_code is not null
union all
select framework, node_code, 'an indicator must be one of the warehouse, and nothing else may be' as fault
from node
where (kind = 'indicator') <> (indicator_code is not null)
union all
select n.framework, n.node_code, 'unknown denominator ' || n.denominator as fault
from node as n
anti join {{ ref('framework_node') }} as d
    on n.framework = d.framework and n.denominator = d.node_code and d.kind = 'denominator'
where n.denominator is not null
union all
select framework, node_code, 'goalposts must rise and be given for indicators only' as fault
from node
where
    coalesce(goalpost_high <= goalpost_low, (goalpost_high is null) <> (goalpost_low is null))
    or (kind = 'indicator' and goalpost_high is null and framework in (select framework from goalposted))
    or (kind = 'aggregate' and coalesce(goalpost_low, goalpost_high) is not null)
union all
select framework, null, 'weights of the pillars must add up to 1' as fault
from child
where parent_code in (select p.node_code from node as p where p.framework = child.framework and p.parent_code is null)
group by framework
having abs(sum(weight) - 1) > 1e-9
