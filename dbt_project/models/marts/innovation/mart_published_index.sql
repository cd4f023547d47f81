-- Indices that others publish, every edition beside the one before: each re-estimates its whole history.
with dated as (
    select
        *,
        -- An undated document cannot be older than the last day it reports on.
        make_date(max(data_year) over (partition by index_code, edition), 12, 31) as vintage_date
    from {{ ref('stg_published_index') }}
    where reject_rule is null
),

-- Of several printings in one edition, the one under its own year, stated before derived, stands for it.
marked as (
    select
        *,
        row_number() over (
            partition by index_code, edition, pillar_code, data_year
            order by year_label <> data_year, how = 'derived', value_high - value_low, cell_address
        ) = 1 as is_best
    from dated
    where vintage_date <= {{ known_on() }}
),

beside as (
    select
        cell_address,
        lag(edition) over w as previous_edition,
        lag(value) over w as previous_edition_value
    from marked
    where is_best
    window w as (partition by index_code, pillar_code, data_year order by edition)
)

select
    m.index_code,
    i.index_name_zh,
    i.index_name_en,
    i.publisher,
    m.edition,
    m.pillar_code,
    i.pillar_name_zh,
    i.pillar_name_en,
    m.data_year,
    m.year_label,
    m.value_as_printed,
    m.value,
    m.value_low,
    m.value_high,
    i.base_year,
    m.how,
    m.how_as_printed,
    m.growth_as_printed,
    m.growth_window,
    b.previous_edition,
    b.previous_edition_value,
    {{ significant('(m.value - b.previous_edition_value)') }} as difference,
    {{ significant('(100 * (m.value - b.previous_edition_value) / b.previous_edition_value)') }} as difference_percent,
    i.compare_year,
    {{ significant('(100 * m.value / c.value)') }} as rebased,
    m.is_best,
    m.vintage_date,
    m.note,
    m.document_id,
    m.cell_address
from marked as m
inner join {{ ref('published_index') }} as i on m.index_code = i.index_code and m.pillar_code = i.pillar_code
left join beside as b on m.cell_address = b.cell_address
left join marked as c
    on
        m.index_code = c.index_code
        and m.edition = c.edition
        and m.pillar_code = c.pillar_code
        and i.compare_year = c.data_year
        and c.is_best
order by m.index_code, i.pillar_code <> 'total', m.pillar_code, m.data_year, m.edition, m.cell_address
