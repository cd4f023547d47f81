-- The runs of every framework's uncertainty design (macro index_run).
{{ index_run() }}
