select factor, round(avg(total), 3) as mean_total_effect, round(max(total), 3) as largest, count(*) as outputs
from {{ ref('mart_index_sensitivity') }}
where framework = 'g60_collaborative_innovation' and output = 'mean_rank_shift'
group by factor
order by mean_total_effect desc nulls last, factor
