"""Slow things, one each: state, progress, result, error, start(), cancel(). No widgets."""
