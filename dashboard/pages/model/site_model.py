"""The soil model of one site, compiled, in the server's process: microseconds for a steady state.

Importing this module loads the compiled model; the page does so once, in a background thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from proda_core.records.checks import InputError, expect
from proda_core.records.forcing import Forcing
from proda_core.records.study import Study
from proda_core.soil_model import bulk_processes, matrices
from proda_core.soil_model.changes import Change, changed
from proda_core.soil_model.column import column_of
from proda_core.soil_model.columns import Columns, default_water
from proda_core.soil_model.diagnostics import diagnose
from proda_core.soil_model.observation import GRAMS_PER_KILOGRAM
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.site_fields import decomposition_rates
from proda_core.soil_model.steady_state import prepare, solve
from proda_core.soil_model.transient import integrate
from proda_core.vocabulary.parameters import DEFAULTS
from proda_core.vocabulary.pools import POOLS
from proda_core.vocabulary.soil_layers import LayerGrid

PRESENT_CLIMATE = Change()


@dataclass(frozen=True)
class ModelInputs:
    """All parameters, whether sand content gives the fast transfers, and the change of climate."""

    values: tuple[float, ...]
    texture: bool
    change: Change = PRESENT_CLIMATE

    @property
    def changes_climate(self) -> bool:
        """Whether the climate differs from the present one."""
        return self.change != PRESENT_CLIMATE


DEFAULT_INPUTS = ModelInputs(tuple(DEFAULTS.tolist()), True)


@dataclass(frozen=True)
class Matrices:
    """A between pools (receiver, donor) [1]; xi K (pool, layer), V (layer, layer), A xi K - V [yr-1]."""

    transfer: np.ndarray
    rates: np.ndarray
    mixing: np.ndarray
    system: np.ndarray


class SiteModel:
    """The soil model of one site: every result is a function of :class:`ModelInputs`."""

    def __init__(self, study: Study, site: int) -> None:
        forcing = study.forcing.select([site])
        if not bool(forcing.complete.values[0]):
            raise InputError(f"Site {site}: expected complete forcing, found gaps; the model cannot run here")
        self.site = site
        self._present = forcing
        self._changed: tuple[Change, Forcing] = (PRESENT_CLIMATE, forcing)
        self._columns: dict[tuple[Change, bool], Columns] = {}

    @property
    def grid(self) -> LayerGrid:
        """The soil layers."""
        return self._present.grid

    @property
    def default_inputs(self) -> ModelInputs:
        """CLM5's default run in the present climate."""
        return DEFAULT_INPUTS

    def inputs(
        self, values: tuple[float, ...], texture: bool, warming: float, wetness: float, litter: float
    ) -> ModelInputs:
        """Return the inputs with parameter ``values`` and a changed climate."""
        return ModelInputs(values, texture, Change(warming, wetness, litter))

    @cached_property
    def default_pools(self) -> np.ndarray:
        """CLM5's default run in the present climate, (pool, layer) [gC m-3]."""
        return self.steady_state(DEFAULT_INPUTS)

    def steady_state(self, inputs: ModelInputs) -> np.ndarray:
        """Compute the pools (pool, layer) [gC m-3]; InputError where there is no steady state."""
        carbon = solve(self._columns_of(inputs), np.array([inputs.values]), np.array([0]))[0]
        expect(bool(np.isfinite(carbon).all()), "These parameters have no steady state; move a slider back")
        return carbon

    def matrices(self, inputs: ModelInputs) -> Matrices:
        """Compute the matrices of equation 37.1."""
        values, column = np.array(inputs.values), column_of(self._forcing(inputs.change), self.site)
        settings, days = self._settings(inputs.texture), matrices.DAYS_PER_YEAR
        n = self.grid.size
        sand = column.sand.mean() if inputs.texture else None
        transfer = np.diag(np.full(len(POOLS), -1.0))
        for (donor, receiver), fraction in matrices.transfers(values, sand).items():
            transfer[POOLS.index(receiver), POOLS.index(donor)] = fraction
        rates = np.diag(matrices.xiK(values, column, settings)).reshape(len(POOLS), n)
        mixing = matrices.V(values, column, settings)[n : 2 * n, n : 2 * n]
        system = matrices.system(values, column, settings)
        return Matrices(transfer, rates * days, mixing * days, system * days)

    def diagnostics(self, inputs: ModelInputs) -> xr.Dataset:
        """Compute fluxes, residence times and storage (pool) of the site."""
        forcing, settings = self._forcing(inputs.change), self._settings(inputs.texture)
        return diagnose(np.array(inputs.values), forcing, settings=settings).isel(site=0)

    def bulk_processes(self, inputs: ModelInputs) -> xr.Dataset:
        """Compute the bulk processes of the site."""
        forcing, settings = self._forcing(inputs.change), self._settings(inputs.texture)
        found = bulk_processes.bulk_processes(np.array(inputs.values), forcing, settings=settings)
        return found.isel(site=0)

    def transfer_fluxes(self, inputs: ModelInputs, diagnostics: xr.Dataset) -> dict[tuple[str, str], float]:
        """Compute the carbon that pools pass on in a year [gC m-2 yr-1], by (donor, receiver)."""
        values = np.array(inputs.values)
        sand = self._present.ds["sand"].isel(site=0).values if inputs.texture else None
        decomposed = self.decomposition(inputs, diagnostics)
        fluxes = {}
        for (donor, receiver), fraction in matrices.transfers(values, sand).items():
            share = np.broadcast_to(fraction, (self.grid.size,))
            fluxes[donor, receiver] = float((share * decomposed[POOLS.index(donor)]).sum())
        return fluxes

    def litter_input(self, inputs: ModelInputs) -> np.ndarray:
        """Compute the carbon input of a year (input_pool,) [gC m-2 yr-1]."""
        return self._forcing(inputs.change).ds["carbon_input"].isel(site=0).sum("month").values

    def decomposition(self, inputs: ModelInputs, diagnostics: xr.Dataset) -> np.ndarray:
        """Compute the decomposition of each pool and layer, (pool, layer) [gC m-2 yr-1]."""
        forcing, settings = self._forcing(inputs.change), self._settings(inputs.texture)
        rates = decomposition_rates(np.array([inputs.values]), forcing, settings)[0]
        return rates * diagnostics["capacity"].values * self.grid.thickness

    def response(self, inputs: ModelInputs, years: int) -> xr.Dataset:
        """Integrate from the present steady state through ``years`` after the change of climate.

        ``stock`` (time, pool) [kgC m-2] of the whole column; ``end`` (pool) at the new steady state.
        """
        start = ModelInputs(inputs.values, inputs.texture)
        found = integrate(
            np.array(inputs.values),
            self._present,
            self.steady_state(start)[None],
            years=years,
            change=inputs.change,
            settings=self._settings(inputs.texture),
        ).isel(site=0)
        stock = (found["carbon"] * found["thickness"]).sum("layer") / GRAMS_PER_KILOGRAM
        end = (self.steady_state(inputs) * self.grid.thickness).sum(axis=1) / GRAMS_PER_KILOGRAM
        return xr.Dataset({"stock": stock, "end": ("pool", end)})

    def _forcing(self, change: Change) -> Forcing:
        if self._changed[0] != change:
            self._changed = (change, changed(self._present, change))
        return self._changed[1]

    def _columns_of(self, inputs: ModelInputs) -> Columns:
        """Return the prepared columns; those of the present climate and of the last change are cached."""
        key = (inputs.change, inputs.texture)
        if key not in self._columns:
            present = {k: columns for k, columns in self._columns.items() if k[0] == PRESENT_CLIMATE}
            columns = prepare(self._forcing(inputs.change), self._settings(inputs.texture))
            self._columns = present | {key: columns}
        return self._columns[key]

    def _settings(self, texture: bool) -> ModelSettings:
        return ModelSettings(grid=self.grid.name, water=default_water(self._present), texture=texture)
