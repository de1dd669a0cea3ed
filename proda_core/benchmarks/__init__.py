"""What ``proda bench`` measures.

Each module has ``measure(quick, on_progress) -> [{name, value, unit, target}]``; ``on_progress`` is told a
:class:`~proda_core.records.progress.Progress` before each of its steps.
"""
