"""Claims on colours, limits and titles."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.plots.labels import study_title
from dashboard.plots.palette import CARBON_PALETTE, readable_limits
from proda_core.records.study import Study


def test_synthetic_data_are_called_so_in_every_title(study: Study) -> None:
    assert "synthetic" in study_title("Anything", study).lower()


def test_more_carbon_is_darker() -> None:
    def light(colour: str) -> int:
        return sum(int(colour[i : i + 2], 16) for i in (1, 3, 5))

    assert light(CARBON_PALETTE[0]) > light(CARBON_PALETTE[128]) > light(CARBON_PALETTE[-1])


@pytest.mark.parametrize("values", [[], [np.nan], [0.0, 0.0], [3.2], [1e-3], [123456.0]])
def test_a_colour_bar_has_limits_whatever_the_values(values: list[float]) -> None:
    low, high = readable_limits(np.array(values))
    assert low == 0.0 < high
