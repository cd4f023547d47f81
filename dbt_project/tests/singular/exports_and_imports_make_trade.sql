{{ broken_identity('trade_in_yuan') }}
union all
{{ broken_identity('trade_in_dollars') }}
