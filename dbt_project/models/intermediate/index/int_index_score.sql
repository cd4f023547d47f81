-- Score and rank of every node, unit and period (macro index_score).
{{ index_score_of(ref('int_index_normalised'), ref('int_index_weight'), ref('int_index_group')) }}
