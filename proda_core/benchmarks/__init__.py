"""Benchmarks of ``proda bench``.

Each module has ``measure(quick, on_progress) -> [{name, value, unit, target}]``; ``on_progress`` is called
with a :class:`~proda_core.records.progress.Progress` before each step.
"""
