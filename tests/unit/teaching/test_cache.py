"""Made once, kept on disk, the same when opened again; what is damaged is made anew."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core import teaching

SIZE = {"n_profiles": 120}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("teaching")


def test_it_is_the_same_from_disk(place):
    made = teaching.load(seed=5, cache_dir=place, **SIZE)
    told = []
    opened = teaching.load(seed=5, cache_dir=place, on_progress=told.append, **SIZE)
    assert told == []  # nothing was made
    for name in ("profiles", "forcing", "covariates", "cells_forcing", "cells_covariates"):
        assert getattr(made, name).ds.equals(getattr(opened, name).ds)
    assert opened.synthetic and opened.title == made.title and opened.provenance == made.provenance


def test_the_truth_is_kept_beside_it(place):
    truth = teaching.truth(seed=5, cache_dir=place, **SIZE)
    assert truth.identical(teaching.make(5, n_profiles=120).truth)


def test_variants_and_seeds_are_kept_apart(place):
    clean = teaching.load(seed=5, cache_dir=place, **SIZE)
    dirty = teaching.load(seed=5, variant="teaching-dirty", cache_dir=place, **SIZE)
    other = teaching.load(seed=6, cache_dir=place, **SIZE)
    assert len(clean.quality) == 0 < len(dirty.quality)
    assert not np.array_equal(clean.profiles.ds["lon"], other.profiles.ds["lon"])


def test_what_is_damaged_is_made_anew(place):
    made = teaching.load(seed=5, cache_dir=place, **SIZE)
    file = next(place.glob("teaching-seed5-*/study.nc"))
    file.write_bytes(file.read_bytes()[:20_000])
    again = teaching.load(seed=5, cache_dir=place, **SIZE)
    assert again.profiles.ds.equals(made.profiles.ds)


def test_products_are_kept_too(place):
    first = teaching.products(seed=5, cache_dir=place, **SIZE)
    second = teaching.products(seed=5, cache_dir=place, **SIZE)
    for name in first:
        assert first[name].ds.equals(second[name].ds) and second[name].synthetic


def test_by_default_it_lies_in_the_data_directory(tmp_path, monkeypatch):
    monkeypatch.setenv("PRODA_DATA_DIR", str(tmp_path))
    teaching.load(seed=5, **SIZE)
    assert len(list(tmp_path.glob("derived/teaching/teaching-seed5-120-*/study.nc"))) == 1
