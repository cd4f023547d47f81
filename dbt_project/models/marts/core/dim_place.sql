select
    place_code,
    name_zh,
    name_en,
    place_kind,
    parent_code,
    is_member,
    note_zh,
    note_en
from {{ ref('place') }}
order by is_member desc, place_code
