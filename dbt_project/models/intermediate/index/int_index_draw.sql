-- Score and rank of every unit in every run (macro index_draw).
{{ index_draw(ref('int_index_run'), ref('int_index_imputed'), ref('int_index_weight')) }}
