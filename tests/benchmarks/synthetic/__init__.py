"""Synthetic data of any size, drawn from a seed. Made for benchmarks and tests; none enters a release."""
