"""Skill of every method from profiles to maps, on the same splits with the same scores.

The posteriors of the sites do not depend on the split, so they are given once; everything else is
trained for every split, on its training sites alone. The default settings were chosen on the rows
of the validation sites; the rows of the test sites are reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.assimilation import assimilate_batch
from proda_core.assimilation.batch_schedules import BATCH_SCHEDULES
from proda_core.assimilation.likelihood import likelihood_of
from proda_core.assimilation.schedules import from_json
from proda_core.comparison.pairs import densities
from proda_core.comparison.scores import score
from proda_core.mapping.soil_carbon import batch_draws, soil_carbon
from proda_core.network.direct import train_direct
from proda_core.network.end_to_end import train_end_to_end
from proda_core.network.ensemble import train_ensemble
from proda_core.network.settings import PRESETS, NetworkSettings
from proda_core.network.split import folds, sites_in, split
from proda_core.network.train import train
from proda_core.records.checks import expect, one_of
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.posterior import Posterior
from proda_core.records.profiles import Profiles
from proda_core.records.progress import Cancelled, Progress
from proda_core.records.study import Study
from proda_core.soil_model.settings import ModelSettings


@dataclass(frozen=True, eq=False)
class SplitData:
    """One split of one study, with the inputs of every method."""

    profiles: Profiles
    forcing: Forcing
    covariates: Covariates
    posterior: Posterior
    split: xr.Dataset
    seed: int
    settings: ModelSettings | None = None  # of the soil model; by default as the posterior's parameters need


Method = Callable[[SplitData], xr.DataArray]  # -> carbon (site, layer) [gC m-3] at all sites


def _proda(case: SplitData, settings: NetworkSettings, size: int) -> xr.DataArray:
    one = partial(train, case.covariates, case.posterior, case.split, settings)
    network = train_ensemble(one, seed=case.seed, size=size)
    return soil_carbon(network.predict(case.covariates)["mean"], case.forcing, case.settings)


def _end_to_end(case: SplitData, size: int, from_proda: bool = False) -> xr.DataArray:
    def one(*, seed: int, on_epoch: Callable | None = None):
        start = train(case.covariates, case.posterior, case.split, seed=seed) if from_proda else None
        settings = PRESETS["end_to_end"].changed(learning_rate=5e-4) if from_proda else PRESETS["end_to_end"]
        inputs = (case.profiles, case.forcing, case.covariates, case.split)
        how = {"prior": case.posterior.prior, "model": case.settings, "start": start}
        return train_end_to_end(*inputs, settings, seed=seed, **how)

    network = train_ensemble(one, seed=case.seed, size=size)
    return soil_carbon(network.predict(case.covariates)["mean"], case.forcing, case.settings)


def _direct(case: SplitData, trees: str) -> xr.DataArray:
    model = train_direct(case.profiles, case.covariates, case.split, seed=case.seed, trees=trees)
    return model.soil_carbon(case.covariates, case.forcing.grid)


def _batch(case: SplitData) -> xr.DataArray:
    """Return carbon by batch assimilation of all sites but those held out.

    The chains are those of the schedule "quick", the likelihood is that of the posteriors.
    """
    sites = sites_in(case.split, "train", "validation")
    inputs, attrs = (case.profiles.select(sites), case.forcing.select(sites)), case.posterior.ds.attrs
    schedule = BATCH_SCHEDULES["quick"]
    if "schedule" in attrs:
        schedule = schedule.with_(**likelihood_of(from_json(attrs["schedule"])))
    how = {"seed": case.seed, "prior": case.posterior.prior, "settings": case.settings}
    found = assimilate_batch(*inputs, schedule, **how)
    return soil_carbon(batch_draws(found), case.forcing, case.settings)


def _mid_prior(case: SplitData) -> xr.DataArray:
    prior = case.posterior.prior
    middle = prior.to_physical(prior.unit_of_scores(np.zeros(len(prior.names))))
    named = xr.DataArray(middle, dims="parameter", coords={"parameter": list(prior.names)})
    return soil_carbon(named, case.forcing, case.settings)


_MODERN = PRESETS["modern"]
_PUBLISHED = PRESETS["prodanet"].changed(max_epochs=400)  # of 2,400: minutes instead of hours for all splits
METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "default": lambda case: soil_carbon(None, case.forcing, case.settings),
        "batch": _batch,
        "mid-prior": _mid_prior,
        "published network": partial(_proda, settings=_PUBLISHED, size=1),
        "posterior means": partial(_proda, settings=_MODERN.changed(targets="mean"), size=1),
        "precision-weighted": partial(_proda, settings=_MODERN.changed(targets="precision"), size=1),
        "whitened": partial(_proda, settings=_MODERN, size=1),
        "whitened, ensemble": partial(_proda, settings=_MODERN, size=5),
        "whitened, all chains": partial(_proda, settings=_MODERN.changed(chains="all"), size=1),
        "whitened, all chains, ensemble": partial(_proda, settings=_MODERN.changed(chains="all"), size=5),
        "end-to-end": partial(_end_to_end, size=1),
        "end-to-end from PRODA": partial(_end_to_end, size=1, from_proda=True),
        "end-to-end, ensemble": partial(_end_to_end, size=5),
        "direct, boosting": partial(_direct, trees="boosting"),
        "direct, extra trees": partial(_direct, trees="extra_trees"),
        "site level": lambda case: case.posterior.ds["carbon_mean"],
    }
)


#: Methods reported for every data set; the others are intermediate steps.
HEADLINE = (
    *("default", "batch", "posterior means", "whitened, ensemble", "end-to-end, ensemble"),
    *("direct, boosting", "direct, extra trees", "site level"),
)
LEARNT_FROM_VALIDATION = ("batch", "direct, boosting", "direct, extra trees", "site level")


def skill_table(
    study: Study,
    posterior: Posterior,
    *,
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4),
    methods: tuple[str, ...] = tuple(METHODS),
    by: str = "place",
    settings: ModelSettings | None = None,
    known: pd.DataFrame | None = None,
    on_rows: Callable[[pd.DataFrame], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> pd.DataFrame:
    """Return scores of carbon density [kgC m-3], one row per split, method and part (validation, test).

    Methods that have seen the validation sites have no row for them.

    by : "place" or "site" makes one random split per seed; "block" or "region" five spatial folds
        per seed, in which every site is held out once
    settings : of the soil model, those of the posterior
    known : rows of an earlier call that was stopped; they are not computed again
    on_rows : called with the rows of a split and method as soon as they are computed
    """
    for name in methods:
        one_of(name, METHODS, "method")
    cases = _cases(study, posterior, seeds, by, settings)
    tables = []
    for i, case in enumerate(cases):
        for j, name in enumerate(methods):
            rows = _known_rows(known, i, name)
            if rows.empty:
                if should_stop is not None and should_stop():
                    raise Cancelled(f"skill table stopped before {name} of split {i}")
                rows = pd.DataFrame(_rows(case, name, i))
                if on_rows is not None:
                    on_rows(rows)
            tables.append(rows)
            if on_progress is not None:
                on_progress(Progress(i * len(methods) + j + 1, len(cases) * len(methods), name, {"split": i}))
    return pd.concat(tables, ignore_index=True)


def _known_rows(known: pd.DataFrame | None, split: int, method: str) -> pd.DataFrame:
    if known is None or known.empty:
        return pd.DataFrame()
    rows = known[(known["split"] == split) & (known["method"] == method)]
    return rows if "test" in set(rows["part"]) else rows[:0]  # the test sites' row is kept last


def random_and_spatial(
    study: Study,
    posterior: Posterior,
    *,
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4),
    spatial: tuple[str, ...] = ("block",),
    methods: tuple[str, ...] = HEADLINE,
    settings: ModelSettings | None = None,
    known: pd.DataFrame | None = None,
    on_rows: Callable[[pd.DataFrame], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> pd.DataFrame:
    """Return skill tables in one, with a first column ``by``: "random", then each of ``spatial``.

    Random: one split by place per seed. Spatial ("block", "region"): five folds with the first seed.

    known, on_rows : as in :func:`skill_table`, with the column ``by``
    """
    kinds = {"random": ("place", seeds)} | {by: (by, seeds[:1]) for by in spatial}
    tables = []
    for kind, (by, chosen) in kinds.items():

        def report(progress: Progress, kind: str = kind) -> None:
            if on_progress is not None:
                place = {"stage": kind, "stage_number": list(kinds).index(kind) + 1, "stages": len(kinds)}
                text = f"split {progress.detail['split'] + 1}, {progress.message}"
                on_progress(Progress(progress.done, progress.total, text, progress.detail | place))

        def keep(rows: pd.DataFrame, kind: str = kind) -> None:
            if on_rows is not None:
                on_rows(rows.assign(by=kind))

        earlier = None if known is None else known[known["by"] == kind].drop(columns="by")
        choices = {"methods": methods, "settings": settings}
        choices |= {"on_progress": report, "should_stop": should_stop}
        table = skill_table(study, posterior, seeds=chosen, by=by, known=earlier, on_rows=keep, **choices)
        table.insert(0, "by", kind)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def averaged(table: pd.DataFrame, part: str = "test") -> pd.DataFrame:
    """Return the mean over splits, one row per method in the order of the table."""
    expect(
        part in set(table["part"]), f"skill table: expected part among {set(table['part'])}, found {part!r}"
    )
    chosen = table[table["part"] == part].drop(columns=["part", "split"])
    return chosen.groupby("method", sort=False).mean()


def _cases(
    study: Study, posterior: Posterior, seeds: tuple[int, ...], by: str, settings: ModelSettings | None
) -> list[SplitData]:
    sites = study.assimilable()
    sites = sites[np.isin(sites, posterior.sites)]  # a run may have assimilated a random selection
    profiles, forcing = study.profiles.select(sites), study.forcing.select(sites)
    covariates = study.covariates.select(sites)
    spatial = one_of(by, ("place", "site", "block", "region"), "splits by") in ("block", "region")
    cases = []
    for seed in seeds:
        parts = folds(profiles, seed=seed, by=by) if spatial else [split(profiles, seed=seed, by=by)]
        cases += [SplitData(profiles, forcing, covariates, posterior, part, seed, settings) for part in parts]
    return cases


def _rows(case: SplitData, name: str, number: int) -> list[dict]:
    carbon = METHODS[name](case)
    rows = []
    for part in ("test",) if name in LEARNT_FROM_VALIDATION else ("validation", "test"):
        held_out = case.profiles.select(sites_in(case.split, part))
        pairs = densities(held_out, {name: carbon}, case.forcing.grid)
        rows.append({"split": number, "method": name, "part": part} | score(pairs[name], pairs["observed"]))
    return rows
