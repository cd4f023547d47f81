-- Figures and index scores of old_release and new_release that differ, each with its reason. A figure made by a
-- formula names the cells of all its inputs, so what a document explains of them explains it too.
create temp table difference as
with old_figure as (
    select place_code, indicator_code, period, value, unit, cell_address, 'figure' as about
    from old_release.marts.fct_indicator
    union all
    select place_code, framework, year::varchar, score, 'points', null, 'index'
    from old_release.marts.mart_collaborative_innovation_index
),

new_figure as (
    select place_code, indicator_code, period, value, unit, cell_address, 'figure' as about
    from new_release.marts.fct_indicator
    union all
    select place_code, framework, year::varchar, score, 'points', null, 'index'
    from new_release.marts.mart_collaborative_innovation_index
),

moved as (
    select
        coalesce(n.place_code, o.place_code) as place_code,
        coalesce(n.indicator_code, o.indicator_code) as indicator_code,
        coalesce(n.period, o.period) as period,
        o.value as before,
        n.value as after,
        coalesce(n.unit, o.unit) as unit,
        coalesce(n.about, o.about) as about,
        case when o.value is null then 'new' when n.value is null then 'gone' else 'changed' end as kind,
        coalesce(n.cell_address, o.cell_address) as cell_address,
        list_distinct(string_split(concat_ws(' ; ', n.cell_address, o.cell_address), ' ; ')) as addresses
    from old_figure as o
    full outer join new_figure as n
        on o.place_code = n.place_code and o.indicator_code = n.indicator_code and o.period = n.period
            and o.about = n.about
    -- A sum in another order is no change.
    where
        o.value is distinct from n.value
        and abs(n.value - o.value) <= 1e-12 * abs(o.value) is not true
),

new_document as (
    select document_id, title
    from new_release.marts.dim_document
    anti join old_release.marts.dim_document as o using (document_id)
),

-- Cells that a document printed which was not there before.
newly_printed as (
    select distinct f.cell_address, d.title
    from new_release.marts.fct_observation as f
    inner join new_document as d on f.document_id = d.document_id
),

file as (
    select
        coalesce(n.file_path, o.file_path) as file_path,
        case
            when o.file_path is null then '新增文件 new file'
            when n.file_path is null then '文件移除 file removed'
            else '文件变动 file changed'
        end as what
    from old_release.raw.file as o
    full outer join new_release.raw.file as n on o.file_path = n.file_path
    where o.sha256 is distinct from n.sha256
),

input as (
    select m.place_code, m.indicator_code, m.period, m.about, unnest(m.addresses) as address
    from moved as m
),

reason as (
    select
        i.place_code, i.indicator_code, i.period, i.about,
        min('新来源 new document ' || p.title) as printed,
        min(f.what || ' ' || f.file_path) as filed
    from input as i
    left join newly_printed as p on i.address = p.cell_address
    left join file as f on split_part(i.address, '#', 1) = f.file_path
    group by all
),

-- What is filled in or added up follows from figures elsewhere.
elsewhere as (
    select
        (select count(*) > 0 from new_document) as has_new_document,
        (select count(*) > 0 from file) as has_new_file,
        nullif(getvariable('moved'), '') as moved
)

select
    m.place_code,
    coalesce(p.name_zh, m.place_code) as place,
    m.indicator_code,
    coalesce(i.name_zh, w.name_zh, m.indicator_code) as indicator,
    m.period,
    m.before,
    m.after,
    m.unit,
    m.kind,
    coalesce(
        r.printed,
        r.filed,
        case
            when e.has_new_file and e.moved is null then '随其他数变动 follows from other figures that changed'
            when e.has_new_file then '随其他数变动 follows from other figures that changed, or ' || e.moved || ' changed'
            when e.moved is not null then e.moved || ' changed'
        end,
        '原因不明 for no reason found'
    ) as why,
    r.printed is not null or (r.filed is null and e.has_new_document and e.moved is null) as is_explained,
    m.cell_address
from moved as m
inner join reason as r
    on m.place_code = r.place_code and m.indicator_code = r.indicator_code and m.period = r.period
        and m.about = r.about
cross join elsewhere as e
left join new_release.marts.dim_place as p on m.place_code = p.place_code
left join new_release.marts.dim_indicator as i on m.indicator_code = i.indicator_code
left join new_release.staging.framework as w on m.about = 'index' and m.indicator_code = w.framework
order by
    m.kind <> 'changed', m.kind, is_explained, abs(m.after / nullif(m.before, 0) - 1) desc nulls last,
    place, m.indicator_code, m.period;
