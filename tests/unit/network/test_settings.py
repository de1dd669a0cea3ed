"""Claims about the choices of the network."""

from __future__ import annotations

import json

import pytest

from proda_core.network.settings import PRESETS, NetworkSettings, preset
from proda_core.records.checks import InputError


def test_prodanet_is_the_published_network():
    # Widths, activation, optimiser and batch size: Tao et al. 2020 and the published code.
    published = PRESETS["prodanet"]
    assert published.hidden == (256, 512, 512, 256)
    assert (published.activation, published.scaling, published.optimiser) == ("relu", "minmax", "adadelta")
    assert published.batch_size == 32


@pytest.mark.parametrize("name", list(PRESETS))
def test_settings_survive_json(name):
    assert NetworkSettings.from_dict(json.loads(json.dumps(PRESETS[name].to_dict()))) == PRESETS[name]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"optimiser": "magic"}, "optimiser.*expected one of.*found 'magic'"),
        ({"dropout": 1.0}, "dropout"),
        ({"hidden": ()}, "hidden"),
        ({"batch_size": 0}, "batch_size > 0, found 0"),
        ({"learning_rate": float("nan")}, "learning_rate"),
    ],
)
def test_an_impossible_choice_is_named(change, words):
    with pytest.raises(InputError, match=words):
        PRESETS["modern"].changed(**change)


def test_an_unknown_preset_and_an_unknown_field_are_named():
    with pytest.raises(InputError, match="network preset.*found 'deep'"):
        preset("deep")
    with pytest.raises(InputError, match="found .'depth'."):
        NetworkSettings.from_dict({"name": "x", "depth": 3})
