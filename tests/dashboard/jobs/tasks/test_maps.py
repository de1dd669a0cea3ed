"""Claims on what workers do for the maps: a cell's profile is the one its map was made of."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dashboard.jobs.tasks.maps import cell_carbon, reference_products, site_carbon
from proda_core import journey
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.network.settings import PRESETS
from proda_core.records.study import Study
from proda_core.runs import Run
from proda_core.soil_model.observation import stock
from tests.runs_of_parts import recorded_as_run_of

_SITES = 24


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, study: Study) -> Run:
    """A tiny finished run of a part of the example."""
    sites = study.assimilable()[:_SITES]
    part = replace(
        study,
        profiles=study.profiles.select(sites),
        forcing=study.forcing.select(sites),
        covariates=study.covariates.select(sites),
    )
    short = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=500, max_reruns=0)
    small = PRESETS["modern"].changed(max_epochs=3, hidden=(8,), rare=2, members=1)
    directory = tmp_path_factory.mktemp("run") / "tiny"
    return recorded_as_run_of(journey.run(part, directory, schedule=short, network=small, seed=3), study)


def test_the_profile_of_a_cell_has_the_stock_of_its_map_for_every_product(run: Run, study: Study) -> None:
    maps = run["carbon_map"]
    cell = int(maps.cells[3])
    profiles = cell_carbon("example", str(run.directory), cell, lambda progress: None)
    assert set(profiles) == set(maps.products) == {"default", "batch", "proda", "end_to_end"}
    for product, profile in profiles.items():
        mapped = float(maps.ds["stock"].sel(product=product, interval="0-100", cell=cell))
        found = float(np.squeeze(stock(profile[None], study.forcing.grid, "0-100")))
        assert found == pytest.approx(mapped, rel=1e-3), product


def test_the_profiles_of_a_site_are_those_that_the_run_keeps_of_it(run: Run) -> None:
    kept = run["site_carbon"]["carbon"]
    site = int(kept["site"].values[5])
    made = site_carbon("example", str(run.directory), site, lambda progress: None)
    assert set(made) == {"default", "batch", "proda", "end_to_end"}
    for product, profile in made.items():
        expected = kept.sel(product=product, site=site).values
        np.testing.assert_allclose(profile, expected, rtol=1e-4, err_msg=product)


def test_a_run_without_maps_still_has_the_profile_of_the_default_and_the_batch(
    run: Run, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for path in (run.path("batch"), run.directory / "settings.json"):
        (bare / path.name).write_bytes(path.read_bytes())
    cell = int(run["carbon_map"].cells[0])
    assert set(cell_carbon("example", str(bare), cell, lambda progress: None)) == {"default", "batch"}


def test_sanderman_stands_beside_the_northeast_where_its_files_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expected: half-degree means of measured soils, 5 to 60 kgC m-2 to a metre, less to 30 cm."""
    real = os.environ.get("PRODA_REAL_DATA")
    if not real:
        pytest.skip("PRODA_REAL_DATA does not say where the real data sets are")
    (tmp_path / "raw").mkdir()
    for name in ("northeast", "sanderman2017"):
        (tmp_path / "raw" / name).symlink_to(Path(real) / name)
    monkeypatch.setenv("PRODA_DATA_DIR", str(tmp_path))
    found = reference_products("northeast", lambda progress: None)
    intervals, stock = found["sanderman2017"]
    assert intervals == ("0-30", "0-100", "0-200")
    assert 0.8 < np.isfinite(stock[1]).mean() and 5 < np.nanmin(stock[1]) < np.nanmax(stock[1]) < 60
    assert (stock[0] < stock[1])[np.isfinite(stock[1])].all()


def test_no_real_map_stands_beside_made_up_sites() -> None:
    assert reference_products("example", lambda progress: None) == {}
