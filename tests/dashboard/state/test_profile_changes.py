"""Claims on the changes of a profile: what can be typed, dragged and put into a link."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.state import link, profile_changes
from dashboard.state.profile_changes import ProfileChanges
from proda_core.records.checks import InputError

AS_MEASURED = ProfileChanges(np.array([0.1, 0.5, 1.0]), np.array([30.0, 9.0, 4.0]))


@pytest.mark.parametrize(
    ("what", "text", "said"),
    [
        ("carbon", "much", "Carbon at 0.50 m: expected a number above 0; found 'much'"),
        ("carbon", "0", "Carbon at 0.50 m: expected a number above 0"),
        ("carbon", "-3", "Carbon at 0.50 m: expected a number above 0"),
        ("carbon", "1e9", "Carbon at 0.50 m: expected a number above 0; found '1e9'"),
        ("carbon", "99999", "Carbon at 0.50 m: expected 0.01 to 1,000 kgC m⁻³; found 99999"),
        ("carbon", "0.001", "Carbon at 0.50 m: expected 0.01 to 1,000"),
        ("carbon", "", "Carbon at 0.50 m: expected a number above 0"),
        ("weight", "-1", "Weight at 0.50 m: expected a number 0 or more; found '-1'"),
        ("weight", "101", "Weight at 0.50 m: expected at most 100; found 101"),
        ("weight", "nan", "Weight at 0.50 m: expected a number 0 or more"),
    ],
)
def test_what_an_observation_cannot_be_is_refused_with_its_depth(what: str, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        AS_MEASURED.typed(1, what, text)
    assert said in str(caught.value)


def test_a_change_is_known_and_taken_back() -> None:
    one = AS_MEASURED.typed(1, "carbon", "12").typed(2, "weight", "0")
    assert one.changed.tolist() == [False, True, True]
    assert one.in_words() == "2 of 3 observations, 1 left out"
    assert not one.reset().changed.any() and not AS_MEASURED.changed.any()


@pytest.mark.parametrize(("dragged", "kept"), [(-5.0, 0.01), (2e6, 1000.0), (float("nan"), 9.0)])
def test_a_point_dragged_off_stays_within_what_a_soil_can_hold(dragged: float, kept: float) -> None:
    assert AS_MEASURED.with_carbon(1, dragged).carbon.tolist() == [30.0, kept, 4.0]


@pytest.mark.parametrize("changes", [((1, "carbon", "12.5"),), ((0, "weight", ".00001"), (2, "carbon", "7"))])
def test_changes_come_back_from_a_link(changes: tuple) -> None:
    one = AS_MEASURED
    for change in changes:
        one = one.typed(*change)
    site, rows = profile_changes.read(profile_changes.write(9, one))
    again = profile_changes.restored(AS_MEASURED, rows)
    assert site == 9 and again.carbon.tolist() == one.carbon.tolist()
    assert again.weight.tolist() == one.weight.tolist()


@pytest.mark.parametrize(
    "text",
    [
        *("9", "1:2*1", "site:9,1:2", "site:9,1:*", "site:9,x:2*1", "site:-1,1:2*1"),
        *("site:9,1:1e9*1", "site:9,1:2*-1", "site:9,1:2*1,1:3*1", "site:9,1:nan*1", "," * 3000),
    ],
)
def test_a_link_with_changes_that_are_none_is_told(text: str) -> None:
    _, complaints = link.read({"profile": text})
    assert len(complaints) == 1 and "The link's profile cannot be read." in complaints[0]


def test_a_link_to_an_observation_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="expected observations 0 to 2; found 3"):
        profile_changes.restored(AS_MEASURED, {3: ("5", "1")})


def test_two_observations_must_be_left() -> None:
    AS_MEASURED.with_weight(0, 0).expect_enough()
    with pytest.raises(InputError, match="expected at least 2 observations above 0; found 1"):
        AS_MEASURED.with_weight(0, 0).with_weight(1, 0).expect_enough()
