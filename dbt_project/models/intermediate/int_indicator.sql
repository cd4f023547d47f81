-- The best value of each place, indicator and period (macro best_values).
{{ best_values(ref('int_observation')) }}
