-- Score, interval and rank of each place and year (macro index_member_score).
{{ index_member_score(ref('int_index_score'), ref('int_index_indicator')) }}
