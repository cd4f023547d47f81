-- The inputs of every index, normalised, with their weights (macro index_inputs).
{{ index_inputs(ref('int_member_series')) }}
