"""The soil model of one site, held in the server's process: microseconds for a steady state.

The compiled model is imported by this file; a page asks for it in the background, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from proda_core.records.checks import InputError, expect
from proda_core.records.forcing import Forcing
from proda_core.records.study import Study
from proda_core.soil_model import matrices
from proda_core.soil_model.bulk_processes import bulk_processes
from proda_core.soil_model.changes import Change, changed
from proda_core.soil_model.column import column_of
from proda_core.soil_model.columns import Columns, default_water
from proda_core.soil_model.diagnostics import diagnose
from proda_core.soil_model.matrices import transfers
from proda_core.soil_model.observation import GRAMS_PER_KILOGRAM
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.site_fields import decomposition_rates
from proda_core.soil_model.steady_state import prepare, solve
from proda_core.soil_model.transient import integrate
from proda_core.vocabulary.parameters import DEFAULTS
from proda_core.vocabulary.pools import POOLS
from proda_core.vocabulary.soil_layers import LayerGrid

TODAY = Change()


@dataclass(frozen=True)
class ModelInputs:
    """What decides a steady state: all parameters, and whether sand gives the fast transfers."""

    values: tuple[float, ...]
    texture: bool
    change: Change = TODAY


DEFAULT = ModelInputs(tuple(DEFAULTS.tolist()), True)


@dataclass(frozen=True)
class Matrices:
    """A between pools (receiver, donor) [1]; xi K (pool, layer), V (layer, layer), A xi K - V [yr-1]."""

    transfer: np.ndarray
    rates: np.ndarray
    mixing: np.ndarray
    system: np.ndarray


class SiteModel:
    """One site's model. Every answer is a function of the setting; nothing is kept but the forcing."""

    def __init__(self, study: Study, site: int) -> None:
        forcing = study.forcing.select([site])
        if not bool(forcing.complete.values[0]):
            raise InputError(f"Site {site}: expected complete forcing, found gaps; the model cannot run here")
        self.site = site
        self._today = forcing
        self._last: tuple[Change, Forcing] = (TODAY, forcing)
        self._columns: dict[tuple[Change, bool], Columns] = {}

    @property
    def grid(self) -> LayerGrid:
        """The layers."""
        return self._today.grid

    @property
    def today(self) -> Change:
        """The climate as it is."""
        return TODAY

    @property
    def default_setting(self) -> ModelInputs:
        """CLM5's default run in today's climate."""
        return DEFAULT

    def setting(
        self, values: tuple[float, ...], texture: bool, warming: float, wetness: float, litter: float
    ) -> ModelInputs:
        """A setting from plain numbers."""
        return ModelInputs(values, texture, Change(warming, wetness, litter))

    @cached_property
    def default(self) -> np.ndarray:
        """CLM5's default run in today's climate, (pool, layer) [gC m-3]."""
        return self.pools(DEFAULT)

    def pools(self, setting: ModelInputs) -> np.ndarray:
        """Steady state (pool, layer) [gC m-3]; raises InputError where there is none."""
        carbon = solve(self._prepared(setting), np.array([setting.values]), np.array([0]))[0]
        expect(bool(np.isfinite(carbon).all()), "These parameters have no steady state; move a slider back")
        return carbon

    def matrices(self, setting: ModelInputs) -> Matrices:
        """The letters of equation 37.1 at this setting."""
        values, column = np.array(setting.values), column_of(self._forcing(setting.change), self.site)
        settings, days = self._settings(setting.texture), matrices.DAYS_PER_YEAR
        n = self.grid.size
        sand = column.sand.mean() if setting.texture else None
        between = np.diag(np.full(len(POOLS), -1.0))
        for (donor, receiver), fraction in transfers(values, sand).items():
            between[POOLS.index(receiver), POOLS.index(donor)] = fraction
        rates = np.diag(matrices.xiK(values, column, settings)).reshape(len(POOLS), n)
        mixing = matrices.V(values, column, settings)[n : 2 * n, n : 2 * n]
        system = matrices.system(values, column, settings)
        return Matrices(between, rates * days, mixing * days, system * days)

    def diagnosed(self, setting: ModelInputs) -> xr.Dataset:
        """Fluxes, residence times and storage (pool) of the site."""
        forcing = self._forcing(setting.change)
        settings = self._settings(setting.texture)
        return diagnose(np.array(setting.values), forcing, settings=settings).isel(site=0)

    def bulk(self, setting: ModelInputs) -> xr.Dataset:
        """Bulk processes of the site."""
        forcing = self._forcing(setting.change)
        settings = self._settings(setting.texture)
        return bulk_processes(np.array(setting.values), forcing, settings=settings).isel(site=0)

    def gains(self, setting: ModelInputs, diagnosed: xr.Dataset) -> dict[tuple[str, str], float]:
        """Carbon that goes from pool to pool in a year [gC m-2 yr-1], by (donor, receiver)."""
        values = np.array(setting.values)
        sand = self._today.ds["sand"].isel(site=0).values if setting.texture else None
        lost = self.lost(setting, diagnosed)
        given = {}
        for (donor, receiver), fraction in transfers(values, sand).items():
            share = np.broadcast_to(fraction, (self.grid.size,))
            given[donor, receiver] = float((share * lost[POOLS.index(donor)]).sum())
        return given

    def litter(self, setting: ModelInputs) -> np.ndarray:
        """Carbon input of a year (input_pool,) [gC m-2 yr-1]."""
        return self._forcing(setting.change).ds["carbon_input"].isel(site=0).sum("month").values

    def lost(self, setting: ModelInputs, diagnosed: xr.Dataset) -> np.ndarray:
        """What decomposes in each pool and layer, (pool, layer) [gC m-2 yr-1]."""
        forcing, settings = self._forcing(setting.change), self._settings(setting.texture)
        rates = decomposition_rates(np.array([setting.values]), forcing, settings)[0]
        return rates * diagnosed["capacity"].values * self.grid.thickness

    def response(self, setting: ModelInputs, years: int) -> xr.Dataset:
        """From the steady state of today's climate through the years after the change.

        ``stock`` (time, pool) [kgC m-2] of the whole column and ``end`` (pool), where it will settle.
        """
        today = ModelInputs(setting.values, setting.texture)
        values, settings = np.array(setting.values), self._settings(setting.texture)
        found = integrate(
            values,
            self._today,
            self.pools(today)[None],
            years=years,
            change=setting.change,
            settings=settings,
        ).isel(site=0)
        stock = (found["carbon"] * found["thickness"]).sum("layer") / GRAMS_PER_KILOGRAM
        end = (self.pools(setting) * self.grid.thickness).sum(axis=1) / GRAMS_PER_KILOGRAM
        return xr.Dataset({"stock": stock, "end": ("pool", end)})

    def _forcing(self, change: Change) -> Forcing:
        if self._last[0] != change:
            self._last = (change, changed(self._today, change))
        return self._last[1]

    def _prepared(self, setting: ModelInputs) -> Columns:
        key = (setting.change, setting.texture)
        if key not in self._columns:
            kept = {k: columns for k, columns in self._columns.items() if k[0] == TODAY}
            columns = prepare(self._forcing(setting.change), self._settings(setting.texture))
            self._columns = kept | {key: columns}
        return self._columns[key]

    def _settings(self, texture: bool) -> ModelSettings:
        return ModelSettings(grid=self.grid.name, water=default_water(self._today), texture=texture)
