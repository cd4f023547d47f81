select rule, subject_zh, subject_en, period_a, said_a, period_b, said_b, known_topic
from {{ ref('mart_conflict') }}
where kind = 'conflict' and rule <> 'known_only'
order by known_topic nulls last, rule, subject_en, period_a, said_a, said_b
limit 25
