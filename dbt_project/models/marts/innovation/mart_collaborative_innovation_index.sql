-- Score, interval and rank of each place and year (macro index_scores).
{{ index_scores(ref('int_index_contribution')) }}
