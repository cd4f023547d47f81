select
    m.correction_id, m.action, m.place_code, m.indicator_code, m.period, m.expect,
    string_agg(distinct s.value_as_printed || ' at ' || s.cell_address, '; ') as found_instead
from {{ ref('mart_correction') }} as m
inner join {{ ref('correction') }} as c on m.correction_id = c.correction_id
left join {{ ref('stg_statistic') }} as s
    on
        c.place_code = s.place_code
        and c.indicator_code = coalesce(s.reclassified_from, s.indicator_code)
        and c.period = s.period
        and (c.source is null or c.source = s.source)
where m.cell_address is null
group by all
