select *
from {{ ref('mart_inequality') }}
where
    abs(theil - theil_within - theil_between) > 1e-9
    or abs(gini - gini_within - gini_net_between - gini_transvariation) > 1e-9
    or least(theil, theil_within, theil_between, gini_within, gini_net_between, gini_transvariation) < -1e-9
    or gini > 1
