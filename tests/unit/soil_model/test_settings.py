"""Settings say what they expect."""

from __future__ import annotations

import pytest

from proda_core.records.checks import InputError
from proda_core.soil_model.settings import ModelSettings


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("grid", "clm6", "layer grid: expected one of clm45_10, clm5_20"),
        ("bedrock", "open", "bedrock scheme: expected one of closed, authors"),
        ("water", "swc", "water scalar: expected one of scalar, potential"),
        ("advection", float("nan"), "advection: expected a finite velocity"),
        ("minpsi", 0.0, "minpsi: expected a negative water potential"),
    ],
)
def test_an_impossible_choice_is_named(field, value, message):
    with pytest.raises(InputError, match=message):
        ModelSettings(**{field: value})


def test_defaults_are_those_of_clm5_with_closed_bedrock():
    assert ModelSettings() == ModelSettings("clm5_20", "closed", "scalar", False, 0.0, -2.0)
