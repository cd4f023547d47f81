-- The ledger of sharing. What a place offers stands once; a use stands twice, given by its owner and received by its
-- user, each with the balance of the place in that kind and unit up to it. Printed figures only, in units as printed.
with posting as (
    select 'offered' as side, place_codes as own_codes, to_place_codes as other_codes, *
    from {{ ref('fct_register_entry') }}
    where register_name = 'sharing'
    union all
    select 'given', place_codes, to_place_codes, *
    from {{ ref('fct_register_entry') }}
    where register_name = 'sharing_use'
    union all
    select 'received', to_place_codes, place_codes, *
    from {{ ref('fct_register_entry') }}
    where register_name = 'sharing_use'
),

balanced as (
    select
        *,
        coalesce(sum(value) filter (where side = 'given') over to_date, 0) as given_to_date,
        coalesce(sum(value) filter (where side = 'received') over to_date, 0) as received_to_date,
        row_number() over (
            partition by own_codes, class_code, unit, side = 'offered'
            order by valid_from desc nulls last, cell_address desc, side desc
        ) = 1 as is_last
    from posting
    window
        to_date as (
            partition by own_codes, class_code, unit, side = 'offered' order by valid_from nulls first, cell_address, side
        )
),

name as (
    select
        map_from_entries(list(struct_pack(k := place_code, v := name_zh))) as zh,
        map_from_entries(list(struct_pack(k := place_code, v := name_en))) as en
    from {{ ref('place') }}
)

select
    b.cell_address || ' ' || b.side as posting_id,
    b.side,
    b.class_code as sharing_kind,
    c.name_zh as sharing_kind_zh,
    c.name_en as sharing_kind_en,
    c.parent_code is null and c.class_code <> 'other' as is_of_the_four,
    coalesce(b.metric, b.entry) as resource,
    case when len(b.own_codes) = 1 then b.own_codes[1] end as place_code,
    array_to_string(list_transform(b.own_codes, lambda x: n.zh[x]), '、') as place_name_zh,
    array_to_string(list_transform(b.own_codes, lambda x: n.en[x]), ', ') as place_name_en,
    case when len(b.other_codes) = 1 then b.other_codes[1] end as other_place_code,
    array_to_string(list_transform(b.other_codes, lambda x: n.zh[x]), '、') as other_place_name_zh,
    array_to_string(list_transform(b.other_codes, lambda x: n.en[x]), ', ') as other_place_name_en,
    b.date_as_printed,
    b.valid_from as starts_on,
    b.value as amount,
    b.unit as amount_unit,
    b.qualifier,
    case when b.side <> 'offered' then b.given_to_date end as given_to_date,
    case when b.side <> 'offered' then b.received_to_date end as received_to_date,
    case when b.side <> 'offered' then b.given_to_date - b.received_to_date end as net_to_date,
    b.side <> 'offered' and b.is_last as is_balance,
    b.evidence as remark,
    b.source_url,
    b.document_id,
    b.cell_address
from balanced as b
inner join {{ ref('register_class') }} as c on b.register_name = c.register_name and b.class_code = c.class_code
cross join name as n
order by b.class_code, b.side, b.valid_from, b.cell_address
