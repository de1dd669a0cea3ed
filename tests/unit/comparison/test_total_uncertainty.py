"""Claims on the uncertainty of totals: planted fields of errors are found again."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.spatial.distance import cdist

from proda_core.comparison.total_uncertainty import LEAST_PROFILES, fit_variogram, total_uncertainty
from proda_core.comparison.totals import totals
from proda_core.records import store
from proda_core.records.maps import CarbonMap
from proda_core.runs import SETTINGS, Run
from proda_core.stages import STAGES
from tests.unit.comparison import made_run

SILL, LENGTH, NUGGET, BIAS, TRUE = 4.0, 150.0, 1.0, 3.0, 20.0
LON, LAT = (v.ravel() for v in np.meshgrid(np.arange(-100.25, -90, 0.5), np.arange(38.25, 46, 0.5)))
KM = 111.2  # of a degree

SETTINGS_OF_A_RUN = {
    "choices": {"study": "northeast", "schedule": "quick", "seed": 0},
    "started": "2026-01-01T00:00:00",
    "stages": [],
}


def errors(lon: np.ndarray, lat: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A field of correlated errors at places (place,)."""
    place = KM * np.column_stack([lon * np.cos(np.radians(42)), lat])
    covariance = SILL * np.exp(-cdist(place, place) / LENGTH)
    return np.linalg.cholesky(covariance + 1e-9 * np.eye(len(lon))) @ rng.normal(size=len(lon))


def write(directory, seed: int, clustered: bool = False) -> tuple[Run, pd.DataFrame, float]:
    """A run whose map errs by BIAS and a correlated field; its places; the true total [PgC]."""
    rng = np.random.default_rng(seed)
    profiles = rng.choice(len(LON) // 4 if clustered else len(LON), 60, replace=False)
    field = errors(LON, LAT, rng)
    ds = xr.Dataset(
        {"stock": (("product", "interval", "cell"), np.maximum(TRUE + BIAS + field, 0)[None, None])}
        | {"lon": ("cell", LON), "lat": ("cell", LAT), "land_fraction": ("cell", np.ones(len(LON)))}
        | {"cell_area": ("cell", np.full(len(LON), 2.2e9))},
        coords={"product": ["proda"], "interval": ["0-100"], "cell": np.arange(len(LON))},
    )
    sites = np.arange(len(profiles))
    measured = TRUE + rng.normal(size=len(sites)) * np.sqrt(NUGGET)
    frame = pd.DataFrame({"site": sites, "interval": "0-100", "observed": measured})
    directory.mkdir()
    (directory / SETTINGS).write_text(json.dumps(SETTINGS_OF_A_RUN))
    store.save(CarbonMap(ds), directory / STAGES["carbon_map"].file)
    frame.assign(proda=TRUE + BIAS + field[profiles]).to_csv(directory / STAGES["stocks"].file, index=False)
    part = xr.Dataset({"split": ("profile", np.full(len(sites), "test"))}, {"profile": sites})
    part.to_netcdf(directory / STAGES["split"].file, engine="h5netcdf")
    places = pd.DataFrame({"site": sites, "lon": LON[profiles], "lat": LAT[profiles], "vegetation": 0})
    return Run(directory), places, TRUE * len(LON) * 2.2e9 / 1e12


def test_a_planted_variogram_is_found_again() -> None:
    rng = np.random.default_rng(1)
    found = []
    for _ in range(20):
        lon, lat = rng.uniform(-104, -90, 400), rng.uniform(35, 48, 400)
        error = errors(lon, lat, rng) + rng.normal(size=400) * np.sqrt(NUGGET)
        found.append(fit_variogram(lon, lat, error))
    assert np.median([v.nugget for v in found]) == pytest.approx(NUGGET, abs=0.5)
    assert np.median([v.sill for v in found]) == pytest.approx(SILL, rel=0.25)
    assert np.median([v.length for v in found]) == pytest.approx(LENGTH, rel=0.4)


@pytest.mark.parametrize("clustered", [False, True])
def test_intervals_hold_the_true_total_and_too_seldom_without_correlation(tmp_path, clustered) -> None:
    """Expected: 90 % of the runs; profiles in one corner leave the correlated error of the rest open."""
    inside = {"sd": 0, "sd_independent": 0}
    for seed in range(40):
        run, places, truth = write(tmp_path / str(seed), seed, clustered)
        (row,) = total_uncertainty(run, places).to_dict("records")
        assert row["profiles"] == 60
        away = abs(run["carbon_map"].totals().item() - row["mean_error"] - truth)
        for name in inside:
            inside[name] += away < 1.645 * row[name]
    assert inside["sd"] >= (28 if clustered else 33)
    if clustered:
        assert inside["sd_independent"] < inside["sd"] - 8


def test_totals_of_the_run_have_them_and_others_do_not(tmp_path) -> None:
    run, places, _ = write(tmp_path / "run", seed=3)
    frame = totals(run, places)
    assert frame["interval"].isin(["0-200"]).any() and frame["sd"].isna().all()  # of 0-100 cm only
    few = made_run.write(tmp_path / "few")
    assert LEAST_PROFILES > len(made_run.TESTED)
    assert totals(few, made_run.places())[["sd", "mean_error"]].isna().all(axis=None)
