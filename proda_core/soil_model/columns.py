"""Forcing in the layout of the kernel: one row of numbers per site, computed once, read only.

What does not depend on parameters is taken out of the inner loop here: temperatures relative to
25 C, water scalars (or ln(minpsi / psi)), and the exchange between layers, which is linear in
diffus and cryo and therefore averaged over the months for unit values of both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from proda_core.records.checks import InputError
from proda_core.records.forcing import Forcing
from proda_core.soil_model import lanes as ln
from proda_core.soil_model.compiled import COMPILED
from proda_core.soil_model.mixing import mixing_rows
from proda_core.soil_model.scalars import texture_transfers
from proda_core.soil_model.settings import WATER_VARIABLES, ModelSettings
from proda_core.soil_model.vector import LANES
from proda_core.vocabulary.constants import (
    DAYS_PER_YEAR,
    MAX_ACTIVE_LAYER_CRYOTURBATION,
    MIN_WATER_SCALAR,
    MONTHS,
    REFERENCE_TEMPERATURE,
)
from proda_core.vocabulary.soil_layers import LayerGrid


@dataclass(frozen=True, eq=False)
class Columns:
    """Soil columns ready for the kernel.

    table : shape (site, row): the forcing rows of :mod:`proda_core.soil_model.lanes`
    sites : site numbers, shape (site,)
    """

    table: np.ndarray
    sites: np.ndarray
    settings: ModelSettings

    @property
    def grid(self) -> LayerGrid:
        """The layers of the columns."""
        return self.settings.layers

    @property
    def water_floor(self) -> float:
        """The least water scalar of the chosen form."""
        return MIN_WATER_SCALAR if self.settings.water == "potential" else 0.0

    def __len__(self) -> int:
        return len(self.table)


def prepare(forcing: Forcing, settings: ModelSettings | None = None) -> Columns:
    """Turn forcing into columns. Sites with missing forcing give NaN carbon.

    Raises InputError where the forcing lacks what the settings need (water form, sand, grid).
    """
    settings = settings or ModelSettings(grid=forcing.grid.name, water=default_water(forcing))
    _check(forcing, settings)
    table = np.zeros((len(forcing.sites), ln.FORCING_ROWS))
    _put_scalars(table, forcing, settings)
    _put_mixing(table, forcing, settings)
    _put_input(table, forcing, settings)
    table.flags.writeable = False
    return Columns(table, np.asarray(forcing.sites), settings)


def default_water(forcing: Forcing) -> str:
    """Return the form of water limitation the forcing allows; W_SCALAR where both are given."""
    return "scalar" if "water_scalar" in forcing.ds else "potential"


def _check(forcing: Forcing, settings: ModelSettings) -> None:
    if settings.grid != forcing.grid.name:
        raise InputError(f"layer grid: expected {settings.grid}, found forcing on {forcing.grid.name}")
    needed = WATER_VARIABLES[settings.water]
    if needed not in forcing.ds:
        raise InputError(f"water form {settings.water!r}: expected {needed} in the forcing, found none")
    if settings.texture and "sand" not in forcing.ds:
        raise InputError("texture-dependent transfers: expected sand in the forcing, found none")


def _block(table: np.ndarray, first: int, values: np.ndarray) -> None:
    start = first - ln.FORCING
    table[:, start : start + values.shape[1]] = values


def _put_scalars(table: np.ndarray, forcing: Forcing, settings: ModelSettings) -> None:
    ds, months = forcing.ds, (len(table), -1)
    oxygen = ds["oxygen_scalar"].values
    _block(table, ln.WARMTH, ((ds["soil_temperature"].values - REFERENCE_TEMPERATURE) / 10.0).reshape(months))
    _block(table, ln.OXYGEN, (oxygen / MONTHS).reshape(months))
    _block(table, ln.NITROGEN, (oxygen * ds["nitrogen_scalar"].values / MONTHS).reshape(months))
    if settings.water == "potential":
        psi = np.minimum(ds["soil_water_potential"].values, -1e-12)
        wetness = np.maximum(np.log(settings.minpsi / psi), 0.0)
    else:
        wetness = ds["water_scalar"].values
    _block(table, ln.WETNESS, wetness.reshape(months))


def _put_mixing(table: np.ndarray, forcing: Forcing, settings: ModelSettings) -> None:
    thawed = np.maximum(forcing.ds["altmax"].values, forcing.ds["altmax_last_year"].values)
    bedrock = forcing.ds["nbedrock"].fillna(1).values
    still = ModelSettings(**(settings.__dict__ | {"advection": 0.0}))
    bio = mixing_rows(1.0, 0.0, thawed, bedrock, still, floor=0.0)
    cryo = mixing_rows(0.0, 1.0, thawed, bedrock, still, floor=0.0)
    none = [part == 0.0 for part in (bio.lower + cryo.lower, bio.upper + cryo.upper)]
    least = mixing_rows(1.0, 1.0, thawed, bedrock, still)
    least_lower, least_upper = np.where(none[0], least.lower, 0.0), np.where(none[1], least.upper, 0.0)
    _put_exchange(table, (ln.UP_BIO, ln.DOWN_BIO, ln.OUT_BIO), bio.lower, bio.upper, settings)
    _put_exchange(table, (ln.UP_CRYO, ln.DOWN_CRYO, ln.OUT_CRYO), cryo.lower, cryo.upper, settings)
    _put_exchange(table, (ln.UP_LEAST, ln.DOWN_LEAST, ln.OUT_LEAST), least_lower, least_upper, settings)
    open_below = np.arange(1, settings.layers.size + 1) < bedrock[..., None]
    moving = (thawed > MAX_ACTIVE_LAYER_CRYOTURBATION)[..., None] & open_below
    _block(table, ln.ADVECTIVE, moving.mean(axis=1))


def _put_exchange(table: np.ndarray, firsts: tuple[int, int, int], lower, upper, settings) -> None:
    """Write rows of V (site, month, layer) [yr-1] as gains from above and below, and losses [m d-1].

    ``up`` arrives in the layer above, ``down`` in the layer below. A row of V adds up to zero, so
    its diagonal is -(lower + upper); ``out`` is that less ``down``: what leaves the layer
    otherwise, whether it arrives above or not.
    """
    velocity = settings.layers.thickness / DAYS_PER_YEAR
    lower, upper = -lower.mean(axis=1) * velocity, -upper.mean(axis=1) * velocity
    up, down = np.zeros_like(lower), np.zeros_like(lower)
    up[:, 1:], down[:, :-1] = upper[:, :-1], lower[:, 1:]
    out = lower + (upper - down)
    same = np.abs(out - up) < 1e-12 * (lower + upper)  # but for rounding
    out[same] = up[same]
    for first, values in zip(firsts, (up, down, out), strict=True):
        _block(table, first, values)


def _put_input(table: np.ndarray, forcing: Forcing, settings: ModelSettings) -> None:
    ds, size = forcing.ds, settings.layers.size
    _block(table, ln.INPUT, ds["carbon_input"].values.sum(axis=2) / DAYS_PER_YEAR)
    rooted = np.ones((len(table), size))
    if settings.bedrock == "closed":
        rooted = (np.arange(size) < ds["nbedrock"].values.max(axis=1)[:, None]).astype(float)
    frozen = ~(ds["altmax_last_year"].values.mean(axis=1) > 0.0)
    rooted[frozen] = np.arange(size) == 0
    _block(table, ln.ROOTED, rooted)
    if settings.texture:
        _block(table, ln.TEXTURE, texture_transfers(ds["sand"].values)[0])


@njit(**COMPILED)
def pack(work, lane, line):
    """Write one site's line of forcing into one lane of the work buffer."""
    for r in range(len(line)):
        work[(ln.FORCING + r) * LANES + lane] = line[r]
