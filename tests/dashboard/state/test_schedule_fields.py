"""Claims on the fields of a schedule as they are typed."""

from __future__ import annotations

import pytest

from dashboard.state import schedule_fields
from dashboard.state.assimilation_choices import FIELDS, AssimilationChoices
from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.records.checks import InputError
from proda_core.records.settings import field_help


def _choices(schedule: str, **other: str) -> AssimilationChoices:
    base = SCHEDULES[schedule]
    texts = {name: schedule_fields.as_text(getattr(base, name)) for name in FIELDS}
    return AssimilationChoices(schedule=schedule, other=other, **texts)


def test_every_field_of_a_schedule_is_explained() -> None:
    unexplained = [name for name in schedule_fields.names() if not field_help(Schedule).get(name)]
    assert unexplained == []


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_that_nobody_changed_comes_back_from_its_texts(schedule: str) -> None:
    base = SCHEDULES[schedule]
    texts = {
        name: schedule_fields.as_text(getattr(base, name))
        for name in schedule_fields.names()
        if name not in FIELDS
    }
    assert _choices(schedule, **texts).to_schedule() == base


def test_the_misfit_can_be_chosen() -> None:
    found = _choices(
        "quick", weights="none", errors="lognormal", operator="pchip", end_weight="3"
    ).to_schedule()
    assert (found.weights, found.errors, found.operator, found.end_weight) == (
        "none",
        "lognormal",
        "pchip",
        3.0,
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("end_weight", "much"),
        ("discard", "half"),
        ("acceptance_window", "0.5"),
        ("acceptance_window", "0.5-0.1"),
        ("keep_every", "0"),
        ("max_formal_iterations", "9,000,000"),
        ("target_acceptance", "-1"),
    ],
)
def test_a_field_that_cannot_be_is_refused_with_its_name(name: str, text: str) -> None:
    with pytest.raises(InputError, match=f"{name}.*expected"):
        _choices("quick", **{name: text}).to_schedule()
