"""What `proda bench` measures, against what was promised for two cores: minutes, on a machine that rests.

``python -m pytest tests/benchmarks -m slow``; results and machine are told in ``docs``.
"""

from __future__ import annotations

from importlib import import_module

import pytest

from proda_core.commands.bench import DASHBOARD, NAMES

pytestmark = [pytest.mark.benchmark, pytest.mark.slow]


@pytest.mark.parametrize("name", [*NAMES, DASHBOARD])
def test_what_was_promised_is_kept(name: str) -> None:
    module = "dashboard.benchmarks.waiting_times" if name == DASHBOARD else f"proda_core.benchmarks.{name}"
    rows = import_module(module).measure()
    missed = [
        f"{row['name']}: {row['value']:.3g} {row['unit']}, promised {row['target']:.3g}"
        for row in rows
        if row["target"] is not None and not row["value"] <= row["target"]
    ]
    assert not missed, "; ".join(missed)
