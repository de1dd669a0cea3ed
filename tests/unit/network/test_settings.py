"""Claims about the choices of the network."""

from __future__ import annotations

import json

import pytest

from proda_core.network.fitting import batch_size
from proda_core.network.settings import PRESETS, NetworkSettings, preset
from proda_core.records.checks import InputError


def test_prodanet_is_the_published_network():
    # Widths, activation, optimiser and batch size: Tao et al. 2020 and the published code.
    published = PRESETS["prodanet"]
    assert published.hidden == (256, 512, 512, 256)
    assert (published.activation, published.scaling, published.optimiser) == ("relu", "minmax", "adadelta")
    assert published.batch_size == 32
    # SRC_NN/ensemble_neural_networking_latest_17_July_2020.py: 1200 * 2 epochs, no dropout, l2 or clipping,
    # covariates scaled beforehand by the range of all data, not of the training sites.
    assert (published.max_epochs, published.dropout, published.weight_decay) == (2400, 0.0, 0.0)
    assert (published.largest_gradient, published.scaled_by) == (0.0, "all")


@pytest.mark.parametrize(("name", "expected"), [("prodanet", 32), ("modern", 266)])
def test_batches_of_the_published_network_do_not_grow_with_the_data(name, expected):
    assert batch_size(PRESETS[name], 26_509) == expected


def test_a_network_stored_before_these_settings_existed_has_those_it_was_trained_with():
    stored = PRESETS["prodanet"].to_dict()
    for field in ("scaled_by", "max_batches", "largest_gradient"):
        del stored[field]
    read = NetworkSettings.from_dict(stored)
    assert (read.scaled_by, read.max_batches, read.largest_gradient) == ("training", 100, 1.0)


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
        ({"largest_gradient": -1.0}, "largest_gradient >= 0, found -1.0"),
        ({"max_batches": -1}, "max_batches >= 0, found -1"),
        ({"scaled_by": "grid"}, "scaled_by.*expected one of training, all"),
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
