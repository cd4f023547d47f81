-- What each indicator adds to each score: the parts add up to the score (macro index_contribution).
{{ index_contribution(ref('int_index_score'), ref('int_index_weight')) }}
