-- Skewness and kurtosis of each indicator, and what was done about them, step by step (macro index_treatment).
{{ index_treatment_of(ref('int_index_imputed')) }}
