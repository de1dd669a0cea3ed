"""Claims on the sliders of the page Model: their groups, and their values in a link."""

from __future__ import annotations

import pytest

from dashboard.state import link
from dashboard.state.parameter_choices import IN_GROUP, SCALES, STEPS, ParameterChoices
from proda_core.vocabulary.parameters import PRIORS


def test_every_sampled_parameter_stands_in_one_group() -> None:
    shown = [name for names in IN_GROUP.values() for name in names]
    assert sorted(shown) == sorted(PRIORS["proda"].names) and len(shown) == 21


@pytest.mark.parametrize("name", SCALES)
def test_every_setting_of_a_slider_comes_back_from_its_text(name: str) -> None:
    for position in (0, 1, STEPS // 3, STEPS - 1, STEPS):
        choices, other = ParameterChoices(), ParameterChoices()
        choices.set_value(name, SCALES[name].value(position))
        other.set_from_text(choices.to_text())
        assert (other.values, other.texture) == (choices.values, choices.texture)
        assert SCALES[name].position(other.value(name)) == position


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q10", "expected pairs such as name:value"),
        ("q10:", "expected pairs"),
        ("q10:2,q10:2.5", "expected every name once"),
        ("q11:2", "expected names of parameters, warming, wetness, litter or texture; found 'q11'"),
        ("q10:two", "q10: expected a number; found 'two'"),
        ("q10:nan", "q10: expected 1.2 to 3; found nan"),
        ("q10:inf", "q10: expected 1.2 to 3; found inf"),
        ("q10:-1e308", "q10: expected 1.2 to 3"),
        ("warming:99", "warming: expected -2 to 8; found 99"),
        ("texture:on", "texture: expected off; found 'on'"),
        ("q10:" + "9" * 3000, "expected at most 2000 characters"),
    ],
)
def test_a_setting_that_cannot_be_is_told_and_not_obeyed(text: str, said: str) -> None:
    choices, complaints = link.read({"setting": text})
    assert choices == {}
    assert complaints[0].startswith("The link's setting cannot be read. ") and said in complaints[0]
