select * from ({{ identity_within_document('trade_total', ['exports', 'imports']) }}) as in_yuan
union all
select * from ({{ identity_within_document('trade_total_usd', ['exports_usd', 'imports_usd']) }}) as in_dollars
