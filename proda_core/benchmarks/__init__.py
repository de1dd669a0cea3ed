"""What ``proda bench`` measures: each module has ``measure(quick) -> [{name, value, unit, target}]``."""
