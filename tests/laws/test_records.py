"""Laws of every record: choosing sites never changes what is known about them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from proda_core.records.profiles import Profiles
from tests.unit.records.samples import every_record, profiles_dataset

SITES = np.arange(10, 40, 3)
subsets = st.permutations(SITES.tolist()).flatmap(
    lambda order: st.integers(0, len(SITES)).map(lambda n: order[:n])
)


@settings(max_examples=25, deadline=None)
@given(subsets)
def test_selecting_in_any_order_keeps_every_value_of_every_site(chosen):
    for record in every_record(SITES)[1:]:
        dim = "cell" if "cell" in record.ds.dims else "site"
        assert record.select(chosen).ds.equals(record.ds.sel({dim: chosen}))


@settings(max_examples=25, deadline=None)
@given(subsets, st.integers(0, 99))
def test_selecting_profiles_keeps_every_observation_of_every_site(chosen, seed):
    profiles = Profiles(profiles_dataset(SITES, seed))
    part = profiles.select(chosen)
    assert part.sites.tolist() == chosen
    for site in chosen:
        for before, after in zip(profiles.observations(site), part.observations(site)):
            assert (before == after).all()


@settings(max_examples=15, deadline=None)
@given(subsets)
def test_selecting_twice_is_selecting_once(chosen):
    for record in every_record(SITES):
        once = record.select(chosen)
        assert once.select(chosen).ds.equals(once.ds)
