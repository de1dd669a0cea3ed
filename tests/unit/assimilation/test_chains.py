"""A chain is the same whatever lies beside it and however its way is cut."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.assimilation.phases import run_phases
from proda_core.assimilation.runner import Runner
from proda_core.assimilation.schedules import Schedule
from proda_core.records.progress import Cancelled
from tests.unit.assimilation import toy_targets as toy

SHORT = {"test_iterations": 700, "formal_iterations": 900, "max_formal_iterations": 900, "keep_every": 1}
SCHEDULES = [
    Schedule("probit", **SHORT),
    Schedule("box", space="box", first_step=0.29, **SHORT),
    Schedule("annealed", space="box", annealed=True, acceptance_window=(0.0, 1.0), **SHORT),
    Schedule("dream", sampler="dream", acceptance_window=(0.0, 1.0), **SHORT),
    Schedule("hmc", sampler="hmc", target_acceptance=0.8, acceptance_window=(0.4, 1.0), **SHORT),
]
pytestmark = pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s.name)


def same(a, b) -> bool:
    return all(
        np.array_equal(x.unit, y.unit) and np.array_equal(x.cost, y.cost) and np.array_equal(x.rng, y.rng)
        for x, y in zip(a.chains, b.chains, strict=True)
    )


def test_company_and_order_of_sites_change_nothing(schedule) -> None:
    alone = [toy.sample(toy.banana, schedule, sites=(site,))[0] for site in (5, 9, 12)]
    together = toy.sample(toy.banana, schedule, sites=(12, 3, 9, 7, 5))
    assert same(alone[0], together[4]) and same(alone[1], together[2]) and same(alone[2], together[0])


def test_another_seed_another_site_another_chain_go_other_ways(schedule) -> None:
    first, other_site = toy.sample(toy.banana, schedule, sites=(5, 6))
    (other_seed,) = toy.sample(toy.banana, schedule, sites=(5,), seed=2)
    starts = [c.unit[0] for s in (first, other_site, other_seed) for c in s.chains]
    assert len({tuple(start) for start in starts}) == len(starts)


def test_cutting_the_way_into_pieces_changes_nothing(schedule) -> None:
    class InPieces(Runner):
        def advance(self, chains, iterations, *, adapt, keep_every):
            while iterations:
                step = min(130, iterations)
                super().advance(chains, step, adapt=adapt, keep_every=keep_every)
                iterations -= step

    (whole,) = toy.sample(toy.banana, schedule)
    (pieces,) = run_phases(InPieces(toy.ToyTarget(toy.banana, 4), schedule), [toy.case()], 1)
    assert same(whole, pieces)


def test_keeping_fewer_states_keeps_the_same_ones(schedule) -> None:
    if schedule.annealed:
        pytest.skip("the annealed rule keeps every accepted state")
    (every,) = toy.sample(toy.banana, schedule)
    (some,) = toy.sample(toy.banana, schedule.with_(keep_every=30))
    for a, b in zip(every.chains, some.chains, strict=True):
        assert np.array_equal(a.unit[29::30], b.unit)


def test_a_run_stops_when_asked(schedule) -> None:
    runner = Runner(toy.ToyTarget(toy.banana, 4), schedule, should_stop=lambda: True)
    with pytest.raises(Cancelled):
        run_phases(runner, [toy.case()], 1)
