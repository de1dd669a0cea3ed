"""Comparison of modelled with observed carbon: scores, stocks, and the tables behind every figure."""
