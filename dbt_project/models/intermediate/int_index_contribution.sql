-- Contribution of each indicator to each score in points (macro index_contributions).
{{ index_contributions(ref('int_index_indicator')) }}
