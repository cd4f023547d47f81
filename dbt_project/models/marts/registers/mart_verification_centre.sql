-- Every centre that a batch awarded, named or not: the names known, then as many without a name as are missing to the
-- number awarded. What a source does not say of a centre stays unknown; the fields of a batch are not those of a centre.
with funnel as (
    select
        batch,
        max(value) filter (where class_code = 'applied') as applied,
        max(value) filter (where class_code = 'awarded') as awarded,
        max(field) filter (where class_code = 'awarded') as batch_field,
        max(valid_from) filter (where class_code = 'awarded') as awarded_on,
        max(source_url) filter (where class_code = 'awarded') as source_url,
        max(document_id) filter (where class_code = 'awarded') as document_id,
        max(cell_address) filter (where class_code = 'awarded') as cell_address
    from {{ ref('fct_register_entry') }}
    where register_name = 'verification_funnel' and is_latest
    group by batch
),

known as (
    select
        *,
        row_number() over (partition by batch order by file_path, length(cell_address), cell_address) as centre_no,
        count(*) over (partition by batch) as named
    from {{ ref('fct_register_entry') }}
    where register_name = 'concept_verification_centres' and is_latest
),

seat as (
    select batch, centre_no, named from known
    union all
    select f.batch, unnest(generate_series(coalesce(k.named, 0) + 1, f.awarded::bigint)), coalesce(k.named, 0)
    from funnel as f
    left join (select batch, any_value(named) as named from known group by batch) as k on f.batch = k.batch
),

-- 'biotechnology; advanced materials' is two fields, each of the first wording that means it.
field_text as (
    select distinct field from known
    union
    select batch_field from funnel
),

field_piece as (
    select field, trim(unnest(regexp_split_to_array(field, '[;；、]'))) as piece
    from field_text
    where lower(trim(field)) not in (select mark from {{ ref('missing_mark') }})
),

field_class as (
    select p.field, c.class_code, c.name_zh, c.name_en, c.sort_no
    from field_piece as p
    inner join {{ ref('register_class') }} as c
        on c.register_name = 'concept_verification_centres' and regexp_full_match(p.piece, c.pattern)
    qualify row_number() over (partition by p.field, p.piece order by c.sort_no) = 1
),

fields as (
    select
        field,
        list(distinct class_code order by class_code) as field_codes,
        string_agg(distinct name_zh, '、' order by name_zh) as fields_zh,
        string_agg(distinct name_en, ', ' order by name_en) as fields_en
    from field_class
    group by field
)

select
    s.batch,
    s.centre_no::integer as centre_no,
    k.entry as centre,
    k.entry is not null as is_named,
    k.place_code,
    p.name_zh as place_name_zh,
    p.name_en as place_name_en,
    k.evidence as place_basis,
    d.field_codes,
    d.fields_zh,
    d.fields_en,
    k.field as field_as_printed,
    b.field_codes as batch_field_codes,
    coalesce(k.valid_from, f.awarded_on) as awarded_on,
    f.applied::integer as applied,
    f.awarded::integer as awarded,
    s.named::integer as named,
    coalesce(k.source_url, f.source_url) as source_url,
    coalesce(k.document_id, f.document_id) as document_id,
    coalesce(k.cell_address, f.cell_address) as cell_address
from seat as s
left join known as k on s.batch = k.batch and s.centre_no = k.centre_no
left join funnel as f on s.batch = f.batch
left join {{ ref('place') }} as p on k.place_code = p.place_code
left join fields as d on k.field = d.field
left join fields as b on f.batch_field = b.field
order by s.batch, s.centre_no
