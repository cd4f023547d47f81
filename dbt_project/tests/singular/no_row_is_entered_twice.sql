{{ config(severity='warn') }}
-- One document printing one figure in one place of one sheet, transcribed twice.
select document_id, place_code, indicator_code, period, value_as_printed, unit_as_printed, list(cell_address) as cells
from {{ ref('fct_observation') }}
where value_kind <> 'derived'
group by all
having count(*) > 1
