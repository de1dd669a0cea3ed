"""Benchmarks of the dashboard, driven through its pages: ``python -m dashboard.benchmarks``."""
