"""The twin experiment: plant known parameters at real sites, assimilate, compare with the truth."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.assimilation.phases import SiteChains, evenly_spaced, run_phases
from proda_core.assimilation.planted import Planted, plant
from proda_core.assimilation.runner import Runner
from proda_core.assimilation.schedules import Schedule
from proda_core.assimilation.soil_target import SoilTarget
from proda_core.assimilation.spec import AssimilationSpec, spec_of, with_spec_attributes
from proda_core.assimilation.summary import choose_chain, pool
from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.records.posterior import with_parameter_units
from proda_core.records.profiles import Profiles
from proda_core.records.progress import Progress
from proda_core.soil_model import steady_state
from proda_core.soil_model.bulk_processes import bulk_processes
from proda_core.soil_model.columns import Columns, prepare
from proda_core.soil_model.observation import stock
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import Prior

RANKED = 99  # draws that a truth is ranked among: ranks 0 to 99
_CHUNK = 16
STOCKS = ("0-30", "0-100", "100-200")  # cm, intervals whose carbon is compared with the truth
_QUANTILES = (0.05, 0.25, 0.75, 0.95)
_NAMES = ("q05", "q25", "q75", "q95")
_PREFIX = {"parameter": "", "process": "process_", "interval": "stock_"}  # of the variables of a group


def twin(
    profiles: Profiles,
    forcing: Forcing,
    schedule: str | Schedule,
    *,
    seed: int,
    prior: str | Prior | None = None,
    settings: ModelSettings | None = None,
    noise: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    workers: int = 1,
) -> xr.Dataset:
    """Return truth and posterior of parameters (site, parameter) and bulk processes (site, process).

    ``planted`` the truth; ``mean``, ``sd``, ``q05``.. of the posterior; ``rank`` of the truth among
    :data:`RANKED` draws; the same with the prefixes ``process_`` (site, process) and ``stock_``
    (site, interval) [kgC m-2]. See :func:`plant` for ``noise``, and
    :mod:`proda_core.assimilation` for the other arguments.
    """
    spec = spec_of(forcing, schedule, prior, settings, seed)
    expect(noise is None or noise > 0, f"noise: expected a number above 0, found {noise}")
    forcing = forcing.select(profiles.sites)
    chunks = [profiles.sites[i : i + _CHUNK] for i in range(0, len(profiles), _CHUNK)]

    def one(sites: np.ndarray) -> xr.Dataset:
        return _chunk(profiles.select(sites), forcing.select(sites), spec, noise, should_stop)

    parts = []
    with ThreadPoolExecutor(workers) as threads:
        for part in threads.map(one, chunks):
            parts.append(part)
            done = sum(p.sizes["site"] for p in parts)
            if on_progress is not None:
                on_progress(Progress(done, len(profiles), f"{done} of {len(profiles)} planted sites"))
    ds = xr.concat(parts, dim="site", data_vars="minimal")
    noise_text = "as the cost assumes" if noise is None else f"log-normal, {noise:g}"
    return with_spec_attributes(with_parameter_units(ds, "twin experiment"), spec).assign_attrs(
        noise=noise_text
    )


def recovery(found: xr.Dataset) -> pd.DataFrame:
    """Return one row per parameter, bulk process and stock with the recovery of the truth.

    correlation of planted and retrieved over sites; error: root mean square, in standard deviations
    of the planted values; coverage of the 50 % and 90 % intervals; sd_ratio: posterior over planted
    standard deviation (1: the observations say nothing).
    """
    rows = [
        _row(str(name), group, found.sel({group: name}), prefix)
        for group, prefix in _PREFIX.items()
        for name in found[group].values
    ]
    return pd.DataFrame(rows)


def _row(name: str, group: str, found: xr.Dataset, prefix: str) -> dict:
    planted, mean = found[f"{prefix}planted"].values, found[f"{prefix}mean"].values
    low, lower, upper, high = (found[f"{prefix}{q}"].values for q in _NAMES)
    spread = planted.std()
    varied = spread > 0 and mean.std() > 0
    return {
        "name": name,
        "group": group,
        "correlation": float(np.corrcoef(planted, mean)[0, 1]) if varied else np.nan,
        "error": float(np.sqrt(np.mean((mean - planted) ** 2)) / spread) if spread > 0 else np.nan,
        "sd_ratio": float(np.mean(found[f"{prefix}sd"].values) / spread) if spread > 0 else np.nan,
        "coverage_50": float(np.mean((lower <= planted) & (planted <= upper))),
        "coverage_90": float(np.mean((low <= planted) & (planted <= high))),
        "n": planted.size,
    }


def _chunk(
    profiles: Profiles,
    forcing: Forcing,
    spec: AssimilationSpec,
    noise: float | None,
    should_stop: Callable | None,
) -> xr.Dataset:
    columns = prepare(forcing, spec.settings)
    sites = plant(profiles, columns, spec, noise)
    runner = Runner(SoilTarget(columns, spec.prior, spec.schedule), spec.schedule, should_stop)
    chains = run_phases(runner, [site.case for site in sites], spec.seed)
    values = [_of_parameters(site, found, spec.prior) for site, found in zip(sites, chains, strict=True)]
    variables = {
        name: (("site", "parameter"), np.stack([value[name] for value in values])) for name in values[0]
    }
    ds = xr.Dataset(variables, coords={"site": profiles.sites, "parameter": list(spec.prior.names)})
    pooled = _thinned(chains)
    return ds.merge(_of_processes(sites, pooled, forcing, spec)).merge(
        _of_stocks(sites, pooled, columns, spec)
    )


def _of_parameters(site: Planted, found: SiteChains, prior: Prior) -> dict[str, np.ndarray]:
    pooled = pool(found.posterior(), found, choose_chain(found))
    physical = prior.to_physical(pooled)
    among = evenly_spaced(pooled[None], RANKED)[0]
    return {
        "planted": prior.to_physical(site.unit),
        "mean": physical.mean(axis=0),
        "sd": physical.std(axis=0, ddof=1),
        **dict(zip(_NAMES, np.quantile(physical, _QUANTILES, axis=0), strict=True)),
        # of a rule that leaves fewer states than RANKED, their share replaces the rank
        "rank": np.round((among < site.unit).mean(axis=0) * RANKED).astype(int),
    }


def _thinned(chains: list[SiteChains]) -> np.ndarray:
    """Return the same number of posterior draws of every site, (draw, site, parameter), in the unit cube."""
    pooled = [pool(c.posterior(), c, choose_chain(c))[None] for c in chains]
    fewest = min(RANKED, *(states.shape[1] for states in pooled))
    return np.stack([evenly_spaced(states, fewest)[0] for states in pooled], axis=1)


def _of_processes(
    sites: list[Planted], draws: np.ndarray, forcing: Forcing, spec: AssimilationSpec
) -> xr.Dataset:
    """Return truth and posterior of the bulk processes, computed draw by draw for all sites of the chunk."""
    truth = _processes(np.stack([site.unit for site in sites]), forcing, spec)
    values = np.stack([_processes(draw, forcing, spec).values for draw in draws])
    coordinates = {"site": truth["site"].values, "process": truth["process"].values}
    return xr.Dataset(_summary("process", truth.values, values), coords=coordinates)


def _of_stocks(
    sites: list[Planted], draws: np.ndarray, columns: Columns, spec: AssimilationSpec
) -> xr.Dataset:
    """Return truth and posterior of the carbon stocks [kgC m-2] of :data:`STOCKS`."""
    index = np.array([site.case.column for site in sites])
    truth = _stocks(np.stack([site.unit for site in sites]), index, columns, spec)
    values = np.stack([_stocks(draw, index, columns, spec) for draw in draws])
    coordinates = {"site": [site.case.site for site in sites], "interval": list(STOCKS)}
    return xr.Dataset(_summary("interval", truth, values), coords=coordinates)


def _summary(group: str, truth: np.ndarray, values: np.ndarray) -> dict[str, tuple]:
    """Return variables of a group from the truth (site, name) and its draws (draw, site, name)."""
    quantiles = np.quantile(values, _QUANTILES, axis=0, method="weibull")  # unbiased for few draws
    rank = np.round((values < truth).mean(axis=0) * RANKED).astype(int)
    found = {"planted": truth, "mean": values.mean(axis=0), "sd": values.std(axis=0, ddof=1), "rank": rank}
    found |= dict(zip(_NAMES, quantiles, strict=True))
    return {f"{_PREFIX[group]}{name}": (("site", group), value) for name, value in found.items()}


def _stocks(unit: np.ndarray, index: np.ndarray, columns: Columns, spec: AssimilationSpec) -> np.ndarray:
    parameters = spec.prior.full(spec.prior.to_physical(unit))
    carbon = steady_state.soc(columns, parameters, index, n_threads=1)
    return np.stack([stock(carbon, columns.grid, interval) for interval in STOCKS], axis=-1)


def _processes(unit: np.ndarray, forcing: Forcing, spec: AssimilationSpec) -> xr.DataArray:
    """Return bulk processes (site, process) of points of the cube (site, parameter), without the input."""
    parameters = spec.prior.full(spec.prior.to_physical(unit))
    found = bulk_processes(parameters, forcing, settings=spec.settings).drop_vars("plant_carbon_input")
    return found.to_dataarray("process").transpose("site", "process")
