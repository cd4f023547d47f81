-- Tables of schema raw, from the frames that land.py registered. A figure's document is the source its
-- row cites, or the file itself; an address names file, sheet and cell: path#sheet!cell.
begin transaction;
create schema if not exists raw;

create or replace macro said(text) as nullif(trim(text), '');
create or replace macro file_document(file_path) as 'f-' || left(md5(file_path), 12);
create or replace macro cited_document(file_path, title, publisher, url, published_on) as
    case
        when coalesce(said(title), said(url)) is null then file_document(file_path)
        else 'd-' || left(md5(concat_ws(chr(31), coalesce(said(title), ''), coalesce(said(publisher), ''),
            coalesce(said(url), ''), coalesce(said(published_on), ''))), 12)
    end;

create or replace table raw.statistic as
select
    cited_document(file_path, title, publisher, url, published_on) as document_id,
    file_path,
    file_path || '#' || cell_address as cell_address,
    row_no,
    column_no,
    said(place_text) as place_text,
    said(indicator_text) as indicator_text,
    said(period_text) as period_text,
    value_text,
    said(unit_text) as unit_text,
    said(status_text) as status_text,
    said(note_text) as note_text,
    said(title) as title,
    said(publisher) as publisher,
    said(url) as url,
    said(published_on) as published_on
-- In the order it was read: file by file, table by table, row by row.
from landed_statistic;

create or replace table raw.register_cell as
select
    c.register_name,
    cited_document(r.file_path, null, null, r.url, null) as document_id,
    r.file_path,
    r.file_path || '#' || r.cell_address as cell_address,
    r.row_no,
    r.column_no,
    r.column_name,
    said(r.text) as text,
    said(r.url) as url
from landed_register as r
inner join landed_card as c on r.file_path = c.file_path
order by r.file_path, r.row_no, r.column_no;

create or replace table raw.event as
select
    c.event as event_kind,
    cited_document(e.file_path, null, null, e.url, null) as document_id,
    e.file_path,
    e.row_no,
    e.file_path || '#' || e.cell_address as cell_address,
    e.cells::integer as cells,
    said(e.event_id) as event_id,
    said(e.on_text) as on_text,
    said(e.from_text) as from_text,
    said(e.to_text) as to_text,
    said(e.parties_text) as parties_text,
    coalesce(c.separator, ';') as separator,
    said(e.from_name) as from_name,
    said(e.to_name) as to_name,
    said(e.party_names) as party_names,
    said(e.amount_text) as amount_text,
    coalesce(said(e.unit_text), c.unit) as unit_text,
    said(e.field_text) as field_text,
    said(e.url) as url,
    said(e.note_text) as note_text
from landed_event as e
inner join landed_card as c on e.file_path = c.file_path;

-- Events of partitions, added up: their rows stay in the files. The partitions of a folder are one document, and it has no
-- more counts than there are pairs of places in a year, however many its events. Each keeps the address of its first event.
create or replace table raw.event_count as
with added as (
    select
        p.set_no, p.is_directed, n.year, n.from_place_code, n.to_place_code, n.places,
        sum(n.events)::bigint as events,
        sum(n.amounts)::bigint as amounts,
        sum(n.amounts_with_high)::bigint as amounts_with_high,
        sum(n.amount) as amount,
        sum(n.amount_low) as amount_low,
        sum(n.amount_high) as amount_high,
        -- File and row as one number, which is compared faster than two.
        min(p.file_no * 1000000000000 + n.first_row_no) as first_no
    from landed_count as n
    inner join landed_partition as p on n.count_path = p.count_path
    group by p.set_no, p.is_directed, n.year, n.from_place_code, n.to_place_code, n.places
)

select
    c.event as event_kind,
    file_document(c.data_set) as document_id,
    a.* exclude (set_no, first_no),
    p.file_path || '#' || p.address || a.first_no % 1000000000000 as cell_address
from added as a
inner join landed_partition as p on a.first_no // 1000000000000 = p.file_no
inner join landed_card as c on p.file_path = c.file_path
order by a.set_no, a.is_directed, a.year, a.from_place_code, a.to_place_code, a.places;

create or replace table raw.document as
with cited as (
    select document_id, file_path, title, publisher, url, published_on from raw.statistic
    union all
    select document_id, file_path, null, null, url, null from raw.register_cell
    union all
    select document_id, file_path, null, null, url, null from raw.event where url is not null
),

sources as (
    select document_id, min(file_path) as file_path, any_value(title) as title,
        any_value(publisher) as publisher, any_value(url) as url, any_value(published_on) as published_on
    from cited
    where document_id like 'd-%'
    group by document_id
)

select
    file_document(file_path) as document_id,
    'file' as document_kind,
    coalesce(title, file_path) as title,
    title_en,
    publisher,
    url,
    published_on,
    accessed_on,
    coalesce(licence, 'unknown') as licence,
    layout,
    note,
    file_path,
    nullif(sha256, '') as sha256
from landed_card
where data_set is null
union all
select
    file_document(data_set),
    'file',
    any_value(title),
    any_value(title_en),
    any_value(publisher),
    any_value(url),
    any_value(published_on),
    any_value(accessed_on),
    coalesce(any_value(licence), 'unknown'),
    any_value(layout),
    any_value(note),
    data_set,
    -- Of all its files.
    sha256(string_agg(file_path || ' ' || sha256, chr(10) order by file_path))
from landed_card
where data_set is not null
group by data_set
union all
select
    s.document_id,
    'cited',
    coalesce(s.title, s.url),
    null,
    s.publisher,
    s.url,
    s.published_on,
    c.accessed_on,
    c.licence,
    c.layout,
    null,
    s.file_path,
    null
from sources as s
inner join landed_card as c on s.file_path = c.file_path
order by document_id;

create or replace table raw.file as
select file_document(coalesce(data_set, file_path)) as document_id, file_path, split_part(file_path, '/', 1) as source,
    layout, format, encoding, register_name, event as event_kind, data_set, nullif(sha256, '') as sha256, bytes,
    cells_read, cells_landed, cells_quarantined, cells_not_data, rejected_limit
from landed_card
order by file_path;

create or replace table raw.refused as
select file_document(coalesce(c.data_set, r.file_path)) as document_id, r.file_path,
    case when r.cell_address is null then r.file_path else r.file_path || '#' || r.cell_address end as cell_address,
    r.raw_text, r.rule, r.reason, r.remedy, r.cells
from landed_refused as r
left join landed_card as c on r.file_path = c.file_path
order by r.file_path, cell_address, r.rule;

drop macro cited_document;
drop macro file_document;
drop macro said;
commit;
