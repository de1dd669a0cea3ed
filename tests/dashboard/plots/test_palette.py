"""Claims on colours, limits and titles."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.plots.labels import study_title
from proda_core.figures.theme import DIVERGING, SEQUENTIAL, THEMES, readable_limits
from proda_core.records.study import Study


def test_synthetic_data_are_called_so_in_every_title(study: Study) -> None:
    assert "synthetic" in study_title("Anything", study).lower()


def test_more_carbon_is_darker() -> None:
    def light(colour: str) -> int:
        return sum(int(colour[i : i + 2], 16) for i in (1, 3, 5))

    assert light(SEQUENTIAL[0]) > light(SEQUENTIAL[128]) > light(SEQUENTIAL[-1])


@pytest.mark.parametrize("values", [[], [np.nan], [0.0, 0.0], [3.2], [1e-3], [123456.0]])
def test_a_colour_bar_has_limits_whatever_the_values(values: list[float]) -> None:
    low, high = readable_limits(np.array(values))
    assert low == 0.0 < high


@pytest.mark.parametrize("name", THEMES)
def test_the_middle_of_a_scale_around_zero_is_nearest_the_background(name: str) -> None:
    """On a light and on a dark page, colours farther from zero are farther from the background."""
    ground = _rgb(THEMES[name].background)
    seen = [_alpha(code) * (_rgb(code) - ground) for code in DIVERGING]
    distance = np.linalg.norm(seen, axis=1)
    middle = len(DIVERGING) // 2
    assert distance.argmin() == middle
    assert distance[middle] < 0.35 * min(distance[0], distance[-1])


def _rgb(code: str) -> np.ndarray:
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], float)


def _alpha(code: str) -> float:
    return int(code[7:9], 16) / 255
