-- Synthetic cells as raw.statistic has them, on a connection with the project's seeds in schema staging. Asks the
-- variables cells, vintages, faulty (what the share of faults is multiplied by) and seed.
create schema if not exists raw;
set variable first_year = 2000;
set variable years = 25;

create or replace temp table indicator_printed as
with numbered as (
    select
        row_number() over (order by indicator_code) - 1 as indicator_no,
        *,
        case when base_unit = '%' then least(max_value, 100) / 4 else least(max_value / 50, 20000) end as most,
        measure = 'ratio' as is_ratio,
        case
            when base_unit in ('亿元', '亿美元', '万人') then 2
            when measure = 'ratio' and base_unit <> '元' then 1
            else 0
        end as decimals
    from staging.indicator
    -- A name that ends in a bracket would be at odds with a unit put behind it.
    where not regexp_matches(name_zh, '[)）]$')
)

select n.*, list({no: p.indicator_no, most: p.most} order by p.indicator_no) filter (where p.indicator_no is not null) as parts
from numbered as n
left join staging.identity as i on n.indicator_code = i.whole_code
left join numbered as p on i.part_code = p.indicator_code
group by all;

-- The first yearbooks reach back before the first year, where nothing is printed.
set variable indicators = (select count(*) from indicator_printed);
set variable cells_of_place = (
    select getvariable('indicators') * sum(least(y, getvariable('vintages')))::bigint from range(1, getvariable('years') + 1) as r (y)
);
set variable places = (getvariable('cells') + getvariable('cells_of_place') - 1) // getvariable('cells_of_place');
set variable places_in_file = least(getvariable('places'), 25);
set variable groups = (getvariable('places') + getvariable('places_in_file') - 1) // getvariable('places_in_file');
set variable cells_of_file = getvariable('places_in_file') * getvariable('indicators') * getvariable('vintages');

create or replace macro chance(a, b, c, d) as (hash(a, b, c, d, getvariable('seed')) >> 44)::double / 1048576;

-- Real places first, so that corrections, breaks and changes of rule meet something; none whose name came or went.
create or replace temp table place_known as
select place_code, name_zh, is_member from staging.place where valid_from is null and valid_to is null;

insert into staging.place (place_code, name_zh, name_en, place_kind, parent_code, is_member)
select format('9{:05}', n), format('合成{:04}市', n), format('Synthetic {:04}', n), 'prefecture', '100000', false
from range(1, getvariable('places') + 1 - (select count(*) from place_known)) as r (n);

create or replace temp table place_printed as
select row_number() over (order by not is_member, place_code) - 1 as place_no, name_zh as place_text
from (
    from place_known
    union all
    select place_code, name_zh, is_member from staging.place where name_en like 'Synthetic %'
);

create or replace temp table file_printed as
select
    g * getvariable('years') + y as file_no,
    getvariable('first_year') + 1 + y as printed_in,
    format('synthetic/{:04}_{}.csv', g, getvariable('first_year') + 1 + y) as file_path,
    'f-' || left(md5(format('{:04}_{}', g, getvariable('first_year') + 1 + y)), 12) as document_id,
    chance(g, y, 0, 0) as form
from range(getvariable('groups')) as a (g), range(getvariable('years')) as b (y);

-- What is true of a place and a year, and what a vintage of it says: a third restates by up to half a percent.
create or replace macro level_of(place, indicator, most, is_ratio, year, vintage) as
    most * pow(10, -2 * chance(place, indicator, 1, 0))
    * case when is_ratio then 1 else pow(1.02 + 0.07 * chance(place, indicator, 2, 0), year - getvariable('first_year')) end
    * (0.98 + 0.04 * chance(place, indicator, 3, year))
    * case
        when vintage > 0 and chance(place, indicator, 4 + vintage, year) < 0.33
            then 0.995 + 0.01 * chance(place, indicator, 100 + vintage, year)
        else 1
    end;

-- Places, indicators and vintages follow from the number of the cell: the cells come in the order of their files.
create or replace table raw.statistic as
with numbered as (
    select
        n // getvariable('cells_of_file') as file_no,
        n % getvariable('cells_of_file') as row_no,
        n // getvariable('cells_of_file') // getvariable('years') * getvariable('places_in_file')
        + n // (getvariable('indicators') * getvariable('vintages')) % getvariable('places_in_file') as place_no,
        n // getvariable('vintages') % getvariable('indicators') as indicator_no,
        n % getvariable('vintages') as vintage
    from range(getvariable('groups') * getvariable('years') * getvariable('cells_of_file')) as r (n)
),

figure as (
    select
        n.*, f.* exclude (file_no), p.place_text, i.name_zh, i.base_unit, i.decimals, i.min_value,
        i.parts is not null as is_whole,
        f.printed_in - 1 - n.vintage as year,
        case
            when i.parts is null then level_of(n.place_no, n.indicator_no, i.most, i.is_ratio, year, n.vintage)
            -- A whole adds up its parts as they are printed.
            else
                round(level_of(n.place_no, i.parts[1].no, i.parts[1].most, i.is_ratio, year, n.vintage), i.decimals)
                + round(level_of(n.place_no, i.parts[2].no, i.parts[2].most, i.is_ratio, year, n.vintage), i.decimals)
                + coalesce(
                    round(level_of(n.place_no, i.parts[3].no, i.parts[3].most, i.is_ratio, year, n.vintage), i.decimals), 0
                )
        end as level,
        chance(n.place_no, n.indicator_no, n.vintage, -year) as form_of_cell,
        1000000 * chance(n.place_no, n.indicator_no, n.vintage, -1 - year) as chance_of_fault
    from numbered as n
    inner join file_printed as f on n.file_no = f.file_no
    inner join place_printed as p on n.place_no = p.place_no
    inner join indicator_printed as i on n.indicator_no = i.indicator_no
    where year >= getvariable('first_year')
),

fated as (
    select
        * exclude (level),
        case
            -- Cells in a million.
            when chance_of_fault < 100 * getvariable('faulty') then 'slip'
            when chance_of_fault < 300 * getvariable('faulty') then 'jump'
            when chance_of_fault < 2300 * getvariable('faulty') then 'broken_whole'
            when chance_of_fault < 2400 * getvariable('faulty') then 'text'
            when chance_of_fault < 2600 * getvariable('faulty') then 'place'
            when chance_of_fault < 2700 * getvariable('faulty') then 'unit'
            when chance_of_fault < 2800 * getvariable('faulty') then 'indicator'
            when chance_of_fault < 2900 * getvariable('faulty') then 'qualifier'
            when chance_of_fault < 3000 * getvariable('faulty') then 'period'
            when chance_of_fault < 3100 * getvariable('faulty') then 'status'
        end as fault,
        case fault
            when 'slip' then level * 10000
            when 'jump' then level * (3 + form_of_cell)
            when 'broken_whole' then case when is_whole then level * 1.1 else level end
            else greatest(level, min_value)
        end as level,
        case
            when fault = 'text' then 'text'
            when fault = 'qualifier' then 'hearsay'
            when form_of_cell < 0.55 then 'plain'
            when form_of_cell < 0.90 then 'grouped'
            when form_of_cell < 0.93 and base_unit = '亿元' and level > 1000 then 'trillions'
            when form_of_cell < 0.95 then 'with unit'
            when form_of_cell < 0.96 and level > 100 then 'above'
            when form_of_cell < 0.97 and level > 100 then 'below'
            when form_of_cell < 0.98 and level > 100 then 'more'
            when form_of_cell < 0.985 then 'footnote'
            when form_of_cell < 0.99 then 'wide'
            when form_of_cell < 0.995 then 'missing'
            else 'plain'
        end as form_of_value
    from figure
),

digits as (
    select
        *,
        case decimals
            when 0 then round(level)::bigint::varchar
            when 1 then level::decimal(18, 1)::varchar
            else level::decimal(18, 2)::varchar
        end as plain
    from fated
),

printed as (
    select
        *,
        case form_of_value
            when 'plain' then plain
            when 'grouped' then case decimals when 0 then format('{:,}', round(level)::bigint) else format('{:,.2f}', level) end
            when 'trillions' then format('{:.2f}', level / 10000) || '万亿元'
            when 'with unit' then plain || base_unit
            when 'above' then '超过' || (level // 10 * 10)::bigint
            when 'below' then '近' || (level // 10 * 10 + 10)::bigint
            when 'more' then (level // 10 * 10)::bigint || '余'
            when 'footnote' then plain || '①'
            when 'wide' then translate(plain, '0123456789.', '０１２３４５６７８９．')
            when 'missing' then '—'
            when 'text' then '较快增长'
            when 'hearsay' then '据说' || plain
        end as value_text,
        form_of_value in ('trillions', 'with unit') as says_unit
    from digits
)

select
    document_id,
    file_path,
    file_path || '#D' || (row_no + 2) as cell_address,
    row_no + 2 as row_no,
    4::bigint as column_no,
    place_text || case when fault = 'place' then '甲' else '' end as place_text,
    name_zh
    || case when fault = 'indicator' then '产' when form < 0.1 then '（' || base_unit || '）' else '' end as indicator_text,
    case when fault = 'period' then '去年' when form < 0.3 then year || '年' else year::varchar end as period_text,
    value_text,
    case when fault = 'unit' then base_unit || '圆' when not says_unit and form >= 0.1 then base_unit end as unit_text,
    case
        when fault = 'status' then '大概'
        when vintage = 0 then '初步数'
        when vintage = 1 then '最终数'
        when vintage = 2 then '修订数'
    end as status_text,
    null::varchar as note_text,
    '合成年鉴 ' || printed_in as title,
    '合成统计局' as publisher,
    null::varchar as url,
    printed_in || '-09' as published_on
from printed
limit getvariable('cells');
