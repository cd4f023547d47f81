select
    place_code,
    name_zh,
    name_en,
    place_kind,
    parent_code,
    is_member,
    try_cast(valid_from as date) as valid_from,
    try_cast(valid_to as date) as valid_to,
    successor_code,
    try_cast(longitude as double) as longitude,
    try_cast(latitude as double) as latitude,
    note_zh,
    note_en
from {{ ref('place') }}
order by is_member desc, place_code
