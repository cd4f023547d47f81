with entry as (
    select register_name, count(*) as entries from {{ ref('fct_register_entry') }} group by register_name
),

shown as (
    select 'satellite_enterprises' as register_name, count(distinct e.cell_address) as shown
    from (
        select unnest(cell_addresses) as cell_address
        from (select unnest(entities, recursive := true) from {{ ref('mart_satellite_chain') }}) as u
    ) as e
    union all
    select if(element = 'launch', 'satellite_launches', 'satellite_internet'), count(*)
    from {{ ref('mart_satellite_progress') }}
    group by all
    union all
    select if(element = 'figure', 'quantum_qkd', 'quantum_links'), count(*)
    from {{ ref('mart_quantum_network') }}
    group by all
    union all
    select 'quantum_scenarios', count(*) from {{ ref('mart_quantum_scenario') }}
)

select e.register_name, e.entries, coalesce(s.shown, 0) as shown
from entry as e
left join shown as s on e.register_name = s.register_name
where
    (e.register_name like 'satellite\_%' escape '\' or e.register_name like 'quantum\_%' escape '\')
    and e.entries is distinct from coalesce(s.shown, 0)
