"""The verbs of assimilation share their arguments: same names, kinds, defaults and types, described once."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest

import proda_core.assimilation
from proda_core.assimilation import assimilate, assimilate_batch
from proda_core.assimilation.site import run_site
from proda_core.assimilation.twin import twin

SHARED = (
    *("profiles", "forcing", "schedule", "seed", "prior", "settings"),
    *("on_progress", "should_stop", "workers"),
)


def _shared(verb: Callable) -> dict[str, inspect.Parameter]:
    return {name: p for name, p in inspect.signature(verb).parameters.items() if name in SHARED}


@pytest.mark.parametrize("verb", [assimilate_batch, twin])
def test_shared_arguments_are_the_same(verb: Callable) -> None:
    assert _shared(verb) == _shared(assimilate)
    assert tuple(_shared(verb)) == SHARED


def test_one_site_has_no_other_arguments_of_these_names() -> None:
    assert _shared(run_site).items() <= _shared(assimilate).items()


def test_shared_arguments_are_described_in_the_package() -> None:
    text = inspect.getdoc(proda_core.assimilation)
    assert [line.split(" : ")[0] for line in text.splitlines() if " : " in line] == list(SHARED)
