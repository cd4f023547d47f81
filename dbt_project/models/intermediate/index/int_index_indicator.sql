-- Inputs, places between the goalposts, weights and contributions side by side (macro index_member_indicator).
{{ index_member_indicator(
    ref('int_index_input'), ref('int_index_normalised'), ref('int_index_weight'), ref('int_index_score'),
    ref('int_index_contribution')
) }}
