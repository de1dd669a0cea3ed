"""Claims on the fields of an assimilation as typed."""

from __future__ import annotations

import pytest

from dashboard.state.assimilation_choices import AssimilationChoices, expect_sites
from proda_core.records.checks import InputError


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("chains", "three"),
        ("chains", ""),
        ("chains", "-1"),
        ("test_iterations", "1e4"),
        ("test_iterations", "99999999999"),
        ("formal_iterations", "3"),
        ("formal_iterations", "10.5"),
        ("sigma_fraction", "0"),
        ("sigma_fraction", "-0.6"),
        ("sigma_fraction", "much"),
        ("sigma_fraction", "nan"),
    ],
)
def test_a_field_of_the_schedule_that_cannot_be_is_refused_with_its_name(field: str, text: str) -> None:
    good = {"chains": "3", "test_iterations": "100", "formal_iterations": "200", "sigma_fraction": "0.6"}
    choices = AssimilationChoices(**(good | {field: text}))
    with pytest.raises(InputError, match="expected"):
        choices.numbers()


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "99999999999"])
def test_a_seed_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="^Seed: expected"):
        AssimilationChoices(seed=text).seed_number()


@pytest.mark.parametrize("count", [0, 201])
def test_no_site_and_too_many_sites_are_refused(count: int) -> None:
    with pytest.raises(InputError, match="^Sites: expected"):
        expect_sites(count)
