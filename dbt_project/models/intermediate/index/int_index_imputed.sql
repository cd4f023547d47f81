-- Units x indicators of every framework: raw, over the denominator, gaps filled (macro index_imputed).
{{ index_imputed(ref('int_index_input'), ref('int_index_unit'), ref('int_index_group')) }}
