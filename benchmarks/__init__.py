"""Measurements of the product, each one command; results are kept in benchmarks/README.md."""
