-- A full yearly series for each member, gaps filled and marked (macro member_series).
{{ member_series(ref('int_indicator'), known_on()) }}
