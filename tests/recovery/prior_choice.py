"""The prior ``informed``: ``PRODA_REAL_DATA=DIR python -m tests.recovery.prior_choice [PRIOR ...]``.

Prints, for each prior, the stocks of its draws at real sites, and how posteriors of the observations above a
depth predict those below it. At half of the sites: the other half (``--choose``) served to choose the prior.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from proda_core.assimilation.chain import Case
from proda_core.assimilation.misfit import observed
from proda_core.assimilation.phases import SiteChains, evenly_spaced, run_phases
from proda_core.assimilation.prior_predictive import prior_predictive
from proda_core.assimilation.runner import Runner
from proda_core.assimilation.schedules import Schedule
from proda_core.assimilation.soil_target import SoilTarget
from proda_core.assimilation.spec import spec_of
from proda_core.records.study import Study
from proda_core.soil_model import steady_state
from proda_core.soil_model.observation import interpolate
from proda_core.sources import northeast
from proda_core.vocabulary.parameters import PRIORS, Prior
from tests.recovery.error_scale_choice import BASE, scores

CUTS, DEEPEST = (0.7, 1.0), 2.0  # m; observations from a cut down to the deepest are hidden
DRAWS, CHUNK, SEED = 100, 16, 1
FEWEST = 2  # observations above the cut


def halves(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Sites to choose a prior by, and sites to report it on."""
    sites = np.random.default_rng(0).permutation(study.assimilable())
    return np.sort(sites[: len(sites) // 2]), np.sort(sites[len(sites) // 2 :])


def hidden(
    study: Study, sites: np.ndarray, prior: Prior, cut: float, schedule: Schedule = BASE
) -> pd.DataFrame:
    """One row per hidden observation: site, depth [m], observed, and mean and median predicted [kgC m-3].

    ``place`` is the place of the observation in its predictive distribution (0..1), ``score`` the log
    density of ln carbon there.
    """
    forcing = study.forcing.select(sites)
    spec = spec_of(forcing, schedule, prior, None, SEED)
    columns = steady_state.prepare(forcing, spec.settings)
    cases = []
    for column, site in enumerate(map(int, sites)):
        depth, carbon = study.profiles.usable_observations(site)
        above = depth < cut
        if above.sum() >= FEWEST and ((depth >= cut) & (depth <= DEEPEST)).any():
            cases.append(Case(site, column, observed(depth[above], carbon[above], schedule)))

    def chains(part: list[Case]) -> list[SiteChains]:
        return run_phases(Runner(SoilTarget(columns, spec.prior, schedule), schedule), part, SEED)

    rows: list[dict] = []
    with ThreadPoolExecutor(2) as threads:
        for found in threads.map(chains, [cases[i : i + CHUNK] for i in range(0, len(cases), CHUNK)]):
            for site in found:
                rows += _predictions(site, study, columns, prior, cut)
    return pd.DataFrame(rows)


def _predictions(
    site: SiteChains, study: Study, columns: steady_state.Columns, prior: Prior, cut: float
) -> list[dict]:
    depth, carbon = study.profiles.usable_observations(site.case.site)
    unit = evenly_spaced(site.posterior().reshape(1, -1, len(prior.names)), DRAWS)[0]
    soc = steady_state.soc(
        columns, prior.full(prior.to_physical(unit)), np.full(len(unit), site.case.column), n_threads=1
    )
    modelled = interpolate(soc, depth, columns.grid)
    inside = (modelled > 0).all(axis=0)  # above bedrock
    used = (depth < cut) & inside
    with np.errstate(divide="ignore"):
        error = np.log(carbon) - np.log(modelled)
    location, scale, freedom = _conditional(error[:, used], site.schedule)
    rows = []
    for i in np.flatnonzero((depth >= cut) & (depth <= DEEPEST) & inside):
        standard = (error[:, i] - location) / scale
        rows.append(
            {
                **{"site": site.case.site, "depth": depth[i], "observed": carbon[i] / 1e3},
                **{"mean": modelled[:, i].mean() / 1e3, "median": np.median(modelled[:, i]) / 1e3},
                "place": stats.t.cdf(standard, freedom).mean(),
                "score": np.log((stats.t.pdf(standard, freedom) / scale).mean()),
            }
        )
    return rows


def _conditional(error: np.ndarray, schedule: Schedule) -> tuple[np.ndarray, np.ndarray, float]:
    """Location, scale (draw,) and degrees of freedom of one more error of ln carbon, given (draw, n)."""
    n, nu, rho = error.shape[1], schedule.error_scale_weight, schedule.error_correlation
    share = rho / (1.0 - rho + n * rho)
    total = error.sum(axis=1)
    square = ((error**2).sum(axis=1) - share * total**2) / (1.0 - rho)
    variance = (nu * schedule.error_scale**2 + square) / (nu + n) * (1.0 - rho * share * n)
    return share * total, np.sqrt(variance), nu + n


def summary(frame: pd.DataFrame) -> dict[str, float]:
    """Bias of the mean and of the median prediction, error, share of 90 % intervals that hold, score."""
    held = (frame["place"] >= 0.05) & (frame["place"] <= 0.95)
    return {
        **{"n": len(frame), "sites": frame["site"].nunique()},
        "bias": frame["mean"].mean() / frame["observed"].mean() - 1,
        "se": _standard_error(frame),
        "bias of median": frame["median"].mean() / frame["observed"].mean() - 1,
        "median ln": np.median(np.log(frame["median"] / frame["observed"])),
        "rmse": np.sqrt(((frame["median"] - frame["observed"]) ** 2).mean()),
        **{"coverage": held.mean(), "score": frame["score"].mean()},
    }


def _standard_error(frame: pd.DataFrame) -> float:
    """Standard error of the bias, by drawing sites again."""
    sums = frame.groupby("site")[["mean", "observed"]].sum().values
    drawn = np.random.default_rng(0).integers(0, len(sums), (500, len(sums)))
    total = sums[drawn].sum(axis=1)
    return float((total[:, 0] / total[:, 1]).std())


def left_out(study: Study, sites: np.ndarray, prior: Prior) -> tuple[float, float]:
    """Mean log density of one observation left out at each of 200 sites, and its standard error."""
    random, some = np.random.default_rng(7), sites[:: max(1, len(sites) // 250)]
    counts = {int(site): len(study.profiles.usable_observations(int(site))[0]) for site in some}
    found = scores(
        study, some, {s: int(random.integers(n)) for s, n in counts.items() if n >= 4}, BASE, prior
    )
    return found.mean(), found.std() / len(found) ** 0.5


def report(study: Study, sites: np.ndarray, prior: Prior) -> None:
    """Print the tables of one prior."""
    stock = prior_predictive(study.forcing.select(sites[::10]), prior, seed=0)["stock"]
    quantiles = stock.quantile([0.05, 0.5, 0.95], dim=("draw", "site")).T
    print(f"\n{prior.name}: stocks of its draws, 5, 50 and 95 %, and the largest [kgC m-2]")
    for name, line in zip(stock["interval"].values, quantiles.values):
        print(f"  {name:8s}", *(f"{q:8.1f}" for q in line), f"{float(stock.sel(interval=name).max()):12.3g}")
    print("  one observation left out: {:.3f} +- {:.3f}".format(*left_out(study, sites, prior)))
    for cut in CUTS:
        frame = hidden(study, sites, prior, cut)
        for what, part in (("all", frame), ("below 1 m", frame[frame["depth"] >= 1])):
            numbers = ", ".join(f"{name} {value:.3g}" for name, value in summary(part).items())
            print(f"  hidden from {cut} m, {what}: {numbers}", flush=True)


def main(arguments: list[str]) -> None:
    """Print the tables of the priors named."""
    study = northeast.load(Path(os.environ["PRODA_REAL_DATA"]) / "northeast")
    sites = halves(study)["--choose" not in arguments]
    for name in [a for a in arguments if not a.startswith("-")] or ("proda", "binn", "informed"):
        report(study, sites, PRIORS[name])


if __name__ == "__main__":
    main(sys.argv[1:])
