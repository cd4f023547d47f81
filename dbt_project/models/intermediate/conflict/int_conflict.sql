-- What disagrees, by rule and by no list: pairs of cells, each rule a block of its own, named and explained in
-- seeds/conflict_rule.csv. A block gives the two cells; where a side is computed from its cell, what comes of it; and the
-- numbers that tell what the disagreement is about (context). The end fetches what the cells say.
with figure as (
    select
        o.*,
        i.measure,
        try_cast(i.max_yearly_factor as double) as max_yearly_factor,
        -- A month with no settled figure is the date of a statement: it prints no reference year.
        o.period_kind <> 'year' and date_trunc('month', o.period_start) = date_trunc('month', o.period_end) as is_undated
    from {{ ref('int_observation') }} as o
    inner join {{ ref('indicator') }} as i on o.indicator_code = i.indicator_code
    where o.origin = 'observed'
),

one_cell as (
    select 'one_cell' as rule, a.cell_address as cell_address_a, b.cell_address as cell_address_b
    from figure as a
    inner join figure as b
        on
            a.place_code = b.place_code
            and a.indicator_code = b.indicator_code
            and a.period = b.period
            and (a.vintage_date, a.cell_address) < (b.vintage_date, b.cell_address)
    where {{ apart('a', 'b') }}
),

ratio as (
    select *, row_number() over (partition by place_code, indicator_code order by period_end, period) as turn
    from figure
    where measure = 'ratio' and is_best and status not in ('final', 'revised') and (is_undated or period_kind = 'year')
),

neighbouring_statements as (
    select
        case
            when (a.status = 'preliminary') <> (b.status = 'preliminary') then 'estimate_and_settled' else 'share_without_year'
        end as rule,
        a.cell_address as cell_address_a,
        b.cell_address as cell_address_b
    from ratio as a
    inner join ratio as b on a.place_code = b.place_code and a.indicator_code = b.indicator_code and a.turn + 1 = b.turn
    where (a.is_undated or b.is_undated) and b.period_end <= a.period_end + interval 2 years and {{ apart('a', 'b') }}
),

level_falls as (
    select r.rule, a.cell_address as cell_address_a, b.cell_address as cell_address_b
    from figure as a
    inner join figure as b
        on a.place_code = b.place_code and a.indicator_code = b.indicator_code and year(a.period_end) + 1 = year(b.period_end)
    inner join {{ ref('conflict_rule') }} as r on r.rule = 'level_falls'
    left join {{ ref('series_break') }} as s
        on b.place_code = s.place_code and s.indicator_code in ('*', b.indicator_code) and year(b.period_end) = s.first_year
    where
        a.measure in ('flow', 'stock')
        and a.is_best
        and a.period_kind = 'year'
        and b.period_kind = 'year'
        and s.place_code is null
        and b.closed_high * (1 + r.tolerance * (a.max_yearly_factor - 1)) < a.closed_low
),

-- A mean bears the code of its ratio with _mean behind it. Of equal means, the one nearest in time.
mean_and_ratio as (
    select
        'mean_and_ratio' as rule,
        m.cell_address as cell_address_a,
        p.cell_address as cell_address_b,
        d.factor * p.value / w.value as value_b,
        p.value_as_printed || ' ÷ ' || w.value_as_printed as said_b
    from {{ ref('derivation') }} as d
    inner join figure as p on d.first_code = p.indicator_code
    inner join figure as w
        on
            d.second_code = w.indicator_code
            and p.place_code = w.place_code
            and p.period = w.period
            and p.document_id = w.document_id
    inner join figure as m on d.indicator_code || '_mean' = m.indicator_code and p.place_code = m.place_code and m.is_best
    where
        d.operation = 'ratio'
        and (
            d.factor * p.value_high / w.value_low < m.value_low
            or d.factor * p.value_low / w.value_high > m.value_high
        )
    qualify row_number() over (
        partition by p.cell_address, m.indicator_code, m.value
        order by abs(date_diff('day', p.period_end, m.period_end)), m.cell_address
    ) = 1
),

index_value as (
    select
        *,
        year_label = data_year as is_under_its_year,
        dense_rank() over (partition by index_code, pillar_code, data_year order by edition) as edition_turn,
        dense_rank() over (partition by index_code, pillar_code order by data_year) as year_turn,
        try_cast(growth_as_printed as double) as pace
    from (
        select * from {{ ref('stg_published_index') }}
        where reject_rule is null
        qualify make_date(max(data_year) over (partition by index_code, edition), 12, 31) <= {{ known_on() }}
    ) as known
),

index_edition as (
    select
        'index_edition' as rule,
        a.cell_address as cell_address_a,
        b.cell_address as cell_address_b,
        [a.data_year] as context
    from index_value as a
    inner join index_value as b
        on
            a.index_code = b.index_code
            and a.pillar_code = b.pillar_code
            and a.data_year = b.data_year
            and a.edition_turn + 1 = b.edition_turn
    where a.is_under_its_year and b.is_under_its_year and {{ apart('a', 'b') }}
),

index_label as (
    select
        'index_label' as rule,
        a.cell_address as cell_address_a,
        b.cell_address as cell_address_b,
        a.year_label::double as value_a,
        b.year_label::double as value_b,
        a.value_as_printed || ' (' || a.year_label || ')' as said_a,
        b.value_as_printed || ' (' || b.year_label || ')' as said_b,
        '年' as unit,
        [a.value] as context
    from index_value as a
    inner join index_value as b
        on
            a.index_code = b.index_code
            and a.edition = b.edition
            and a.pillar_code = b.pillar_code
            and a.value_as_printed = b.value_as_printed
            and a.document_id <> b.document_id
            and a.year_label > b.year_label
),

index_falls as (
    select 'index_falls' as rule, a.cell_address as cell_address_a, b.cell_address as cell_address_b
    from index_value as a
    inner join index_value as b
        on
            a.index_code = b.index_code
            and a.pillar_code = b.pillar_code
            and a.edition <> b.edition
            and a.year_turn + 1 = b.year_turn
    where a.is_under_its_year and b.is_under_its_year and b.value_high < a.value_low and b.pace > 0
),

-- What the pillars that an edition does not print must sum to, if the total is the plain mean of all.
balance as (
    select
        v.index_code,
        v.edition,
        v.data_year,
        any_value(n.pillars) - count(*) filter (where v.pillar_code <> 'total') as missing,
        any_value(n.pillars) * max(v.value_low) filter (where v.pillar_code = 'total')
        - coalesce(sum(v.value_high) filter (where v.pillar_code <> 'total'), 0) as needed_low,
        any_value(n.pillars) * max(v.value) filter (where v.pillar_code = 'total')
        - coalesce(sum(v.value) filter (where v.pillar_code <> 'total'), 0) as needed,
        any_value(n.pillars) * max(v.value_high) filter (where v.pillar_code = 'total')
        - coalesce(sum(v.value_low) filter (where v.pillar_code <> 'total'), 0) as needed_high,
        max(v.cell_address) filter (where v.pillar_code = 'total') as cell_address
    from index_value as v
    inner join (
        select index_code, count(*) as pillars from {{ ref('published_index') }} where pillar_code <> 'total' group by index_code
    ) as n on v.index_code = n.index_code
    where v.is_under_its_year
    group by v.index_code, v.edition, v.data_year
),

-- A pillar said to be the r-th fastest, with r - 1 faster ones printed: those not printed are slower still.
pace_limit as (
    select
        p.index_code, p.edition, p.data_year, p.cell_address,
        regexp_extract(p.growth_window, '^(\d{4})-\d{4}$', 1)::integer as first_year,
        1 + (p.pace + 0.5 * pow(10, -length(split_part(p.growth_as_printed, '.', 2)))) / 100 as factor_high,
        1 + p.pace / 100 as factor
    from index_value as p
    left join index_value as f
        on
            p.index_code = f.index_code
            and p.edition = f.edition
            and p.data_year = f.data_year
            and p.growth_window = f.growth_window
            and p.pace < f.pace
    where regexp_full_match(p.growth_window, '\d{4}-' || p.data_year)
    group by all
    having count(f.cell_address) = any_value(p.growth_rank) - 1
),

index_weights as (
    select
        'index_weights' as rule,
        e.cell_address as cell_address_a,
        l.cell_address as cell_address_b,
        e.needed as value_a,
        s.needed * pow(l.factor, l.data_year - l.first_year) as value_b,
        '≥ ' || format('{:.2f}', e.needed_low) as said_a,
        '≤ ' || format('{:.2f}', s.needed_high * pow(l.factor_high, l.data_year - l.first_year)) as said_b
    from pace_limit as l
    inner join balance as s on l.index_code = s.index_code and l.edition = s.edition and l.first_year = s.data_year
    inner join balance as e on l.index_code = e.index_code and l.edition = e.edition and l.data_year = e.data_year
    where
        s.missing = e.missing
        and e.missing > 0
        and s.needed_high * pow(l.factor_high, l.data_year - l.first_year) < e.needed_low
        and exists (
            select 1 from balance as o
            where o.index_code = l.index_code and o.missing = 0 and o.needed_low <= 0 and o.needed_high >= 0
        )
),

entry as (
    select
        *,
        coalesce(target_year, year(date_to)) as aimed_year,
        coalesce(target_year is not null or class_code = 'target', false) as is_target,
        -- A remark such as 33.45% of the whole; its printed digits give its interval.
        nullif(regexp_extract(evidence, '^(\d+(?:\.\d+)?)%(?: of |$)', 1), '') as share_text
    from {{ ref('stg_register_entry') }}
    where
        reject_rule is null
        -- What is undated cannot have been known before the last day it speaks of.
        and coalesce(version_date, date_to, valid_from, date '1900-01-01') <= {{ known_on() }}
),

target_reissued as (
    select
        'target_reissued' as rule,
        a.cell_address as cell_address_a,
        b.cell_address as cell_address_b,
        a.aimed_year::double as value_a,
        b.aimed_year::double as value_b,
        concat_ws(' ', a.value_as_printed, a.unit_as_printed) || ' (' || a.aimed_year || ')' as said_a,
        concat_ws(' ', b.value_as_printed, b.unit_as_printed) || ' (' || b.aimed_year || ')' as said_b,
        '年' as unit
    from entry as a
    inner join entry as b
        on
            a.register_name = b.register_name
            and a.entry = b.entry
            and a.metric_text = b.metric_text
            and a.unit = b.unit
            and a.source_url <> b.source_url
            and a.aimed_year < b.aimed_year
    where a.is_target and b.is_target and not {{ apart('a', 'b') }}
),

-- The whole that a part and its share imply, with its interval.
implied as (
    select
        *,
        100 * value / share as whole,
        100 * value_low / (share + share_half) as whole_low,
        100 * value_high / (share - share_half) as whole_high
    from (
        select *, share_text::double as share, {{ printed_half_unit('share_text') }} as share_half
        from entry where share_text is not null
    ) as p
),

part_and_share as (
    select
        r.rule,
        t.cell_address as cell_address_a,
        p.cell_address as cell_address_b,
        p.whole as value_b,
        p.value_as_printed || ' ÷ ' || p.share_text || '%' as said_b
    from implied as p
    inner join entry as t
        on
            p.register_name = t.register_name
            and t.metric_text in (p.metric_text, p.metric_text || '_total')
            and p.unit = t.unit
            and t.place_codes = t.to_place_codes
            and p.cell_address <> t.cell_address
            and abs(year(p.date_to) - year(t.date_to)) <= 1
    inner join {{ ref('conflict_rule') }} as r on r.rule = 'part_and_share'
    where
        p.whole_low > t.value_high * pow(r.tolerance, abs(year(p.date_to) - year(t.date_to)))
        or p.whole_high < t.value_low / pow(r.tolerance, abs(year(p.date_to) - year(t.date_to)))
),

two_geographies as (
    select
        'two_geographies' as rule,
        a.cell_address as cell_address_a,
        b.cell_address as cell_address_b,
        a.place_text as said_a,
        b.place_text as said_b
    from entry as a
    inner join entry as b
        on
            a.register_name = b.register_name
            and a.entry = b.entry
            and a.metric_text is not distinct from b.metric_text
            and a.class_code is not distinct from b.class_code
            and a.date_text is not distinct from b.date_text
            and a.source_url <> b.source_url
    inner join {{ ref('place') }} as p on b.place_code = p.place_code and a.place_code = p.parent_code
    where a.value is null and b.value is null
),

one_statement as (
    select 'one_statement' as rule, a.cell_address as cell_address_a, b.cell_address as cell_address_b
    from entry as a
    inner join entry as b
        on
            a.register_name = b.register_name
            and a.entry = b.entry
            and a.metric_text is not distinct from b.metric_text
            and a.class_code is not distinct from b.class_code
            and a.place_codes is not distinct from b.place_codes
            and a.place_detail is not distinct from b.place_detail
            and a.to_place_codes is not distinct from b.to_place_codes
            and a.date_text is not distinct from b.date_text
            and a.target_year is not distinct from b.target_year
            and a.version_text is not distinct from b.version_text
            and a.batch is not distinct from b.batch
            and a.unit = b.unit
            and a.source_url <> b.source_url
            and (a.file_path, a.row_no) < (b.file_path, b.row_no)
    where {{ apart('a', 'b') }}
),

finding as (
    select * from one_cell
    union all by name
    select * from neighbouring_statements
    union all by name
    select * from level_falls
    union all by name
    select * from mean_and_ratio
    union all by name
    select * from index_edition
    union all by name
    select * from index_label
    union all by name
    select * from index_falls
    union all by name
    select * from index_weights
    union all by name
    select * from target_reissued
    union all by name
    select * from part_and_share
    union all by name
    select * from two_geographies
    union all by name
    select * from one_statement
),

-- What the cells say, and of what.
printing as (
    select
        f.cell_address, f.document_id, f.place_code, f.indicator_code, f.period, f.value, f.unit, f.status, f.vintage_date,
        f.is_best, f.is_dropped, f.correction_reason_zh, f.correction_reason_en,
        p.name_zh || ' ' || i.name_zh as subject_zh,
        p.name_en || ': ' || i.name_en as subject_en,
        case
            when ends_with(f.value_as_printed, f.unit_as_printed) then f.value_as_printed
            else concat_ws(' ', f.value_as_printed, f.unit_as_printed)
        end as said
    from figure as f
    inner join {{ ref('place') }} as p on f.place_code = p.place_code
    inner join {{ ref('indicator') }} as i on f.indicator_code = i.indicator_code
    union all by name
    select
        v.cell_address, v.document_id, v.data_year::varchar as period, v.value, v.value_as_printed as said,
        i.index_name_zh || '(' || v.edition || '年版) ' || i.pillar_name_zh as subject_zh,
        i.index_name_en || ' (edition ' || v.edition || '): ' || i.pillar_name_en as subject_en
    from index_value as v
    inner join {{ ref('published_index') }} as i on v.index_code = i.index_code and v.pillar_code = i.pillar_code
    union all by name
    select
        cell_address, document_id, place_code, value, unit, version_date as vintage_date,
        coalesce(target_year::varchar, date_text) as period,
        concat_ws(' ', value_as_printed, unit_as_printed) as said,
        concat_ws(' ', entry, case when metric_text <> entry then metric_text end) as subject_zh,
        concat_ws(' ', entry, case when metric_text <> entry then metric_text end) as subject_en
    from entry
)

select
    f.rule,
    a.place_code,
    a.indicator_code,
    a.subject_zh,
    a.subject_en,
    a.period as period_a,
    b.period as period_b,
    coalesce(f.said_a, a.said) as said_a,
    coalesce(f.said_b, b.said) as said_b,
    {{ significant('coalesce(f.value_a, a.value)') }} as value_a,
    {{ significant('coalesce(f.value_b, b.value)') }} as value_b,
    coalesce(f.unit, a.unit) as unit,
    coalesce(f.context, []) as context,
    a.status as status_a,
    b.status as status_b,
    a.vintage_date as vintage_date_a,
    b.vintage_date as vintage_date_b,
    a.document_id as document_id_a,
    b.document_id as document_id_b,
    f.cell_address_a,
    f.cell_address_b,
    case
        when b.is_dropped then 'a'
        when a.is_dropped then 'b'
        when f.rule = 'one_cell' then case when a.is_best then 'a' when b.is_best then 'b' end
    end as chosen,
    -- What a reviewer found out about a side that is never used.
    case when b.is_dropped then b.correction_reason_zh when a.is_dropped then a.correction_reason_zh end as reviewed_zh,
    case when b.is_dropped then b.correction_reason_en when a.is_dropped then a.correction_reason_en end as reviewed_en
from finding as f
inner join printing as a on f.cell_address_a = a.cell_address
inner join printing as b on f.cell_address_b = b.cell_address
