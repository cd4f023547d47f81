-- Correlations, reliability, importance and availability of the parts of each framework (macro index_coherence).
{{ index_coherence() }}
