-- Strengths and weaknesses of each unit against the mean of those ranked (macro index_profile).
{{ index_profile(3) }}
