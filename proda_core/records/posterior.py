"""Posteriors of an assimilation: draws of the parameters of each site, their summary and diagnostics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from proda_core.records.checks import (
    Variable,
    checked,
    expect,
    expect_columns,
    expect_dataset,
    expect_unique,
    positions,
)
from proda_core.records.convergence import judged, trains
from proda_core.records.prior_attributes import prior_from
from proda_core.vocabulary.parameters import NAMES, UNITS, Prior

BATCH_SITE = -1  # site number of a batch, which has one parameter set for all sites
VERDICT_FLAGS: dict[int, str] = {
    0: "kept",
    1: "negative_efficiency",
    2: "acceptance_out_of_range",
    3: "not_converged",
    4: "too_few_observations",
    5: "forcing_incomplete",
    6: "failed",
}
_PER_PARAMETER = ("site", "parameter")
_PROFILE = ("site", "layer")
_MODE = ("site", "mode")


def _number(name: str, dims: tuple[str, ...], long_name: str, units: str | None = None, **more) -> Variable:
    return Variable(name, dims, units, long_name=long_name, missing=True, **({"optional": True} | more))


_VARIABLES = (
    Variable(
        "site", ("site",), kind="int", low=BATCH_SITE, long_name="site number; -1 for all sites at once"
    ),
    _number("draws", ("site", "chain", "draw", "parameter"), "posterior draws, physical units"),
    _number("mean", _PER_PARAMETER, "posterior mean", optional=False),
    _number("sd", _PER_PARAMETER, "posterior standard deviation", low=0, optional=False),
    *(_number(f"q{q:02d}", _PER_PARAMETER, f"posterior quantile {q} %") for q in (5, 25, 50, 75, 95)),
    _number("sd_ratio", _PER_PARAMETER, "posterior over prior standard deviation", "1", low=0),
    _number("acceptance", ("site", "chain"), "acceptance rate", "1", low=0, high=1),
    _number("cost", ("site", "chain"), "cost J, mean over the states kept of a chain", "1"),
    _number("gelman_rubin", _PER_PARAMETER, "Gelman-Rubin statistic", "1", low=0),
    _number("rhat", _PER_PARAMETER, "rank-normalised split R-hat", "1", low=0),
    _number("ess_bulk", _PER_PARAMETER, "effective sample size, bulk", "1", low=0),
    _number("ess_tail", _PER_PARAMETER, "effective sample size, tail", "1", low=0),
    _number("efficiency", ("site",), "modelling efficiency E of equation 37.3", "1", high=1),
    _number(
        "r2", ("site",), "squared correlation of modelled and observed carbon", "1", low=0, high=1.000001
    ),
    _number("rmse", ("site",), "root mean square error", "gC m-3", low=0),
    Variable("verdict", ("site",), kind="int", low=0, long_name="0 kept, others the reason against it"),
    Variable(
        "chosen_chain", ("site",), kind="int", low=-1, optional=True, long_name="chain of the posterior"
    ),
    _number("mode_parameters", (*_MODE, "parameter"), "parameters at a mode of the batch, physical units"),
    _number("mode_cost", _MODE, "cost J at a mode", "1"),
    _number("mode_log_evidence", _MODE, "logarithm of the evidence of a mode (Laplace)", "1"),
    _number(
        "mode_probability", _MODE, "share of the posterior in a mode, by its evidence", "1", low=0, high=1
    ),
    _number("mode_efficiency", _MODE, "modelling efficiency E of a mode", "1", high=1),
    Variable("mode_starts", _MODE, kind="int", low=0, optional=True, long_name="starts that found a mode"),
    _number("carbon_mean", _PROFILE, "soil organic carbon, posterior mean", "gC m-3"),
    _number("carbon_q05", _PROFILE, "soil organic carbon, posterior quantile 5 %", "gC m-3"),
    _number("carbon_q95", _PROFILE, "soil organic carbon, posterior quantile 95 %", "gC m-3"),
)


@dataclass(frozen=True, eq=False)
class Posterior:
    """Parameters found for each site, physical units, by name: draws, summary and diagnostics."""

    ds: xr.Dataset

    def __post_init__(self) -> None:
        ds = with_parameter_units(self.ds, "Posterior")
        ds = checked(ds, _VARIABLES, "Posterior")
        expect_unique(ds["site"], "Posterior")
        ds = ds.assign(verdict=ds["verdict"].copy(data=judged(ds)))
        ds["verdict"].attrs.setdefault("flag_values", list(VERDICT_FLAGS))
        ds["verdict"].attrs.setdefault("flag_meanings", " ".join(VERDICT_FLAGS.values()))
        object.__setattr__(self, "ds", ds)

    def __len__(self) -> int:
        return self.ds.sizes["site"]

    @cached_property
    def sites(self) -> np.ndarray:
        """Site numbers, shape (site,)."""
        return self.ds["site"].values

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the sampled parameters."""
        return tuple(map(str, self.ds["parameter"].values))

    @cached_property
    def prior(self) -> Prior:
        """The prior under which it was sampled; raises InputError where that is not known or does not fit."""
        prior = prior_from(self.ds.attrs)
        expect(
            self.parameters == prior.names,
            f"Posterior: expected the parameters of prior {prior.name} in their order,"
            f" found {self.parameters}",
        )
        return prior

    @cached_property
    def kept(self) -> np.ndarray:
        """Site numbers whose verdict is "kept"."""
        return self.sites[self.ds["verdict"].values == 0]

    def trained(self, train_on: str = "schedule") -> np.ndarray:
        """Site numbers that may train a network; see :func:`proda_core.records.convergence.trains`."""
        return self.sites[trains(self.ds["verdict"].values, self.ds.attrs, train_on)]

    def select(self, sites: Iterable[int]) -> Posterior:
        """Return the posterior of these sites, in the order asked for."""
        return Posterior(self.ds.isel(site=positions(self.sites, sites, "Posterior")))


def with_parameter_units(ds: xr.Dataset, record: str) -> xr.Dataset:
    """Return the data set with a coordinate ``parameter_unit(parameter)``; parameters must be known names."""
    expect_dataset(ds, record)
    expect_columns(ds.coords, ["parameter"], f"{record}: coordinates")
    names = [str(name) for name in ds["parameter"].values]
    unknown = [name for name in names if name not in NAMES]
    expect(not unknown, f"{record}: expected parameters among {', '.join(NAMES)}; found {', '.join(unknown)}")
    expect_unique(ds["parameter"], record)
    return ds.assign_coords(
        parameter=("parameter", np.array(names, dtype=str)),
        parameter_unit=("parameter", np.array([UNITS[name] for name in names], dtype=str)),
    )
