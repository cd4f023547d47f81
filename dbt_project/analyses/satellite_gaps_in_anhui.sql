select segment_name_zh, segment_name_en, sub_segment_name_zh, sub_segment_name_en
from {{ ref('mart_satellite_chain') }}
where place_code = '340000' and is_gap and sub_segment_code <> 'all'
order by sort_no, sub_segment_code
