"""Small tables and records of every figure, made up so that their values can be checked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from proda_core.comparison import (
    agreement,
    components,
    coverage,
    deviation,
    folds,
    headline,
    map_products,
    taylor,
)
from proda_core.comparison.density import densities
from proda_core.comparison.depth_profiles import profiles_by_class
from proda_core.comparison.totals import totals
from proda_core.comparison.vegetation import by_vegetation
from proda_core.sources import example
from proda_core.vocabulary.parameters import PRIORS
from tests.unit.comparison import made_run

PRIOR = "proda"
NAMES = list(PRIORS[PRIOR].names)[:4]


@pytest.fixture(scope="package")
def run(tmp_path_factory):
    return made_run.write(tmp_path_factory.mktemp("runs") / "made")


@pytest.fixture(scope="package")
def frames(run):
    """The table of every figure of a comparison."""
    study, references = made_run.places(), {"wise30sec-like": made_run.reference()}
    groups = pd.DataFrame({"region": ["North", "North", "South"], "method": ["default", "proda", "proda"]})
    skill = pd.DataFrame({"split": [0, 1], "method": "proda", "part": "test", "nse": [0.6, 0.4]})
    skill = skill.assign(r2=0.5, rmse=10.0, bias=0.0)
    covered = [("proda", "density", "network", level, 0.9 * level, 12, 0.5) for level in coverage.LEVELS]
    depth = profiles_by_class(run, study)
    return {
        "headline": headline.table_37_1(run, draws=2),
        "scores": headline.table_37_1(run, draws=2),
        "deviation": deviation.profile_deviation(run, study),
        "density": densities(run),
        "maps": map_products.map_products(run, study, references),
        "difference": map_products.difference(run, None, "proda", "default"),
        "agreement": agreement.agreement(run, None, references | {"sanderman2017": made_run.reference(5.0)}),
        "totals": totals(run, None, references),
        "vegetation": by_vegetation(run, study, references),
        "depth_profiles": depth,
        "taylor": taylor.taylor(run),
        "strata": groups.assign(r2=0.5, nse=[-3.0, 0.4, 0.5], rmse=9.0, bias=1.0, profiles=12),
        "coverage": pd.DataFrame(covered, columns=coverage.COLUMNS),
        "processes": components.bulk_processes(run),
        "component_control": components.component_control(run),
        "folds": folds.fold_skill({"random": skill, "spatial": skill.assign(nse=[0.3, 0.3])}),
    }


@pytest.fixture(scope="package")
def draws():
    """Draws (chain, draw, parameter) spread evenly over the prior."""
    low, high = np.array([PRIORS[PRIOR].bounds[name] for name in NAMES]).T
    share = np.random.default_rng(0).uniform(size=(3, 50, len(NAMES)))
    coords = {"chain": range(3), "draw": np.arange(50) * 10, "parameter": NAMES}
    return xr.DataArray(low + share * (high - low), coords, ("chain", "draw", "parameter"))


@pytest.fixture(scope="package")
def summary(draws):
    """Quantiles (parameter) of the draws, and a spread ratio that falls from the first parameter on."""
    shares = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
    quantiles = {
        name: draws.quantile(share, ("chain", "draw")).drop_vars("quantile") for name, share in shares.items()
    }
    return xr.Dataset(quantiles | {"sd_ratio": ("parameter", [0.9, 0.7, 0.5, 0.3])})


@pytest.fixture(scope="package")
def fit():
    """Four sites, two of them held out, predicted exactly."""
    low, high = np.array([PRIORS[PRIOR].bounds[name] for name in NAMES]).T
    values = low + np.linspace(0.2, 0.8, 4)[:, None] * (high - low)
    r2 = {"test": np.array([0.1, 0.4, 0.3, 0.2]), "train": np.array([0.5, 0.6, 0.7, 0.8])}
    found = {
        "sites": np.arange(4),
        "parameters": NAMES,
        "prior": PRIOR,
        "retrieved": values,
        "predicted": values,
    }
    return found | {"spread": 0.1 * (high - low) * np.ones((4, 1)), "held_out": np.arange(4) < 2, "r2": r2}


def parameter_table(fit: dict) -> pd.DataFrame:
    """The fit as a table: one row per parameter and site."""
    frame = pd.concat(
        pd.DataFrame(
            {"site": fit["sites"], "retrieved": fit["retrieved"][:, j], "predicted": fit["predicted"][:, j]}
        )
        .assign(parameter=name, unit="1", sd_ratio=0.5, r2=fit["r2"]["test"][j])
        .assign(part=np.where(fit["held_out"], "held out", "training"))
        for j, name in enumerate(fit["parameters"])
    )
    frame.attrs["bounds"] = {name: PRIORS[PRIOR].bounds[name] for name in fit["parameters"]}
    return frame.reset_index(drop=True)


@pytest.fixture(scope="package")
def elements(frames, draws, summary, fit):
    """Every figure, with a note."""
    from proda_core import figures

    study = example.load()
    site = int(study.assimilable()[0])
    depth = np.array([0.1, 0.5])
    moved = pd.DataFrame(0.1, ["elevation", "mean_annual_temperature"], NAMES)
    found = {"values": [1.0, 2.0], "labels": None, "means": np.ones((2, len(NAMES))), "unit": "m"}
    named = {name: getattr(figures, name)(frame, note=NOTE) for name, frame in frames.items()}
    acceptance = xr.DataArray(np.full((2, 5), 0.3), {"draw": np.arange(5)}, ("chain", "draw"))
    return named | {
        "profile": figures.profile(
            study, site, lines={"default": (depth, depth)}, interval=(depth, depth, 2 * depth), note=NOTE
        ),
        "chains": figures.chains(draws, NAMES[0], PRIOR, note=NOTE),
        "acceptance": figures.acceptance(acceptance, (0.15, 0.5), note=NOTE),
        "posterior": figures.posterior(summary, PRIOR, note=NOTE),
        "histogram": figures.histogram(draws, NAMES[0], PRIOR, note=NOTE),
        "pairs": figures.pairs(draws, NAMES[:2], PRIOR, note=NOTE),
        "identifiability": figures.identifiability(summary, note=NOTE),
        "losses": figures.losses({0: ((1, 2.0, 3.0), (2, 1.0, 2.0))}, note=NOTE),
        "parameter_fits": figures.parameter_fits(parameter_table(fit), note=NOTE),
        "parameter_fit": figures.parameter_fit(fit, NAMES[0], note=NOTE),
        "parameter_skill": figures.parameter_skill(fit, note=NOTE),
        "ensemble_spread": figures.ensemble_spread(fit, note=NOTE),
        "importance": figures.importance(moved, note=NOTE),
        "dependence": figures.dependence(found, fit, NAMES[0], "elevation", note=NOTE),
    }


NOTE = "synthetic data"
