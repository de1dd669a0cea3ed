"""The modes of a batch in words. Expected: counts and differences set by hand."""

from __future__ import annotations

import pytest
import xarray as xr

from proda_core.comparison.batch_modes import mode_phrase, mode_table


def _summary(evidence: list[float], starts: list[int], probability: list[float]) -> xr.Dataset:
    numbers = {
        "mode_log_evidence": evidence,
        "mode_starts": starts,
        "mode_probability": probability,
        "mode_cost": [-value for value in evidence],
        "mode_efficiency": [0.86, 0.85][: len(evidence)],
    }
    return xr.Dataset({name: ("mode", values) for name, values in numbers.items()})


def test_a_batch_that_was_not_searched_has_no_modes_to_speak_of() -> None:
    assert mode_table(xr.Dataset()) is None and mode_phrase(xr.Dataset()) == ""


def test_one_mode_is_said_to_be_the_only_one() -> None:
    assert mode_phrase(_summary([-5.0], [8], [1.0])) == "one mode, in which all 8 starts of the search ended"


@pytest.mark.parametrize(("lead", "alike"), [(75.0, False), (0.5, True)])
def test_the_second_mode_is_weighed_against_the_best(lead: float, alike: bool) -> None:
    second = 0.38 if alike else 0.0
    found = _summary([-700.0, -700.0 - lead], [3, 5], [1.0 - second, second])
    assert mode_table(found)["log_evidence_difference"].tolist() == [0.0, -lead]
    text = mode_phrase(found)
    assert text.startswith(f"2 modes, 3 of 8 starts in the best, ahead of the second by {lead} nats")
    assert ("equally well" in text) is alike
