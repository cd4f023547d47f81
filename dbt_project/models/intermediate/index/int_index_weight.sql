-- The weight of every node within its parent, given or computed from the data (macro index_weight).
{{ index_weight(ref('int_index_normalised')) }}
