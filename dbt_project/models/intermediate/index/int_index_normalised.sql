-- Treated and normalised values with the ends of their intervals (macro index_normalised).
{{ index_normalised_of(ref('int_index_imputed'), ref('int_index_treatment')) }}
