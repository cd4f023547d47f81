{#- Twelve centres: those whose names are known bound the count from below; the register says how many more there are. -#}
{% macro claim_S26() %}
select
    {{ reading('named', '已知其名者', 'centres known by name', is_principal=true) }},
    {{ counted("count(distinct e.entry) filter (where not starts_with(e.entry, '('))", is_complete=false) }},
    '其余' || max(e.unnamed) || '家名单' as missing_zh,
    'The other ' || max(e.unnamed) || ' names' as missing_en
from (
    select entry, try_cast(nullif(regexp_extract(entry, '^\((\d+) further', 1), '') as integer) as unnamed
    from {{ registered('concept_verification_centres') }}
) as e
having count(*) > 0
union all by name
select
    {{ reading('with_unnamed', '连同登记表所记未知其名者', 'with those that the register knows of but not by name') }},
    {{ counted("(count(distinct e.entry) filter (where not starts_with(e.entry, '(')) + coalesce(max(e.unnamed), 0))") }}
from (
    select entry, try_cast(nullif(regexp_extract(entry, '^\((\d+) further', 1), '') as integer) as unnamed
    from {{ registered('concept_verification_centres') }}
) as e
having count(*) > 0
{% endmacro %}
