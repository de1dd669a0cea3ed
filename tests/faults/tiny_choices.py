"""Choices of a run of the example that takes seconds."""

from __future__ import annotations

from proda_core.assimilation.schedules import SCHEDULES
from proda_core.network.settings import PRESETS

SCHEDULE = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=500, max_formal_iterations=500)
NETWORK = PRESETS["modern"].changed(max_epochs=5, hidden=(16,), rare=2, members=2)
CHOICES = {"schedule": SCHEDULE, "network": NETWORK, "end_to_end": None, "seed": 5, "workers": 1}
