"""The letters of the matrix equation at many sites at once, as arrays over pools and layers.

What :mod:`proda_core.soil_model.matrices` builds as matrices for one column, without the
matrices: what diagnostics need of A, xi K and V.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.checks import InputError, expect
from proda_core.records.forcing import Forcing
from proda_core.soil_model.column import by_name
from proda_core.soil_model.matrices import TURNOVER, transfers
from proda_core.soil_model.mixing import mixing_rows
from proda_core.soil_model.scalars import xi_D, xi_T, xi_W_potential, xi_W_scalar
from proda_core.soil_model.settings import WATER_VARIABLES, ModelSettings
from proda_core.soil_model.water_form import settings_of_parameters
from proda_core.vocabulary.pools import POOLS


def settings_for(forcing: Forcing, settings: ModelSettings | None, parameters) -> ModelSettings:
    """Return the settings given, or those that fit the forcing; without parameters, of CLM5's default run.

    Raises InputError where the settings are for another layer grid than the forcing.
    """
    if settings is None:
        return settings_of_parameters(parameters, forcing)
    if settings.grid != forcing.grid.name:
        raise InputError(f"layer grid: expected {settings.grid}, found forcing on {forcing.grid.name}")
    return settings


def carbon_array(carbon: xr.DataArray | np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return carbon as an array (site, pool, layer) [gC m-3] of the expected shape."""
    dims = ("site", "pool", "layer")
    values = carbon.transpose(*dims).to_numpy() if isinstance(carbon, xr.DataArray) else np.asarray(carbon)
    expect(values.shape == shape, f"carbon: expected (site, pool, layer) = {shape}, found {values.shape}")
    return values


def temperature_scalar(parameters: np.ndarray, forcing: Forcing) -> np.ndarray:
    """Return the temperature scalar xi_T of every month, (site, layer, month) [1]."""
    return xi_T(forcing.ds["soil_temperature"].to_numpy(), _wide(by_name(parameters)["q10"]))


def water_scalar(parameters: np.ndarray, forcing: Forcing, settings: ModelSettings) -> np.ndarray:
    """Return the water scalar xi_W of every month in the chosen form, (site, layer, month) [1]."""
    p = by_name(parameters)
    name = WATER_VARIABLES[settings.water]
    if name not in forcing.ds:
        raise InputError(f"forcing: expected {name} for the {settings.water} form of water, found none")
    given = forcing.ds[name].to_numpy()
    if settings.water == "scalar":
        return xi_W_scalar(given, _wide(p["w_scaling"]))
    return xi_W_potential(given, _wide(p["maxpsi"]), settings.minpsi)


def depth_scalar(parameters: np.ndarray, settings: ModelSettings) -> np.ndarray:
    """Return the depth scalar xi_D, (site, layer) [1]."""
    return xi_D(settings.layers, by_name(parameters)["efolding"])


def decomposition_rates(parameters: np.ndarray, forcing: Forcing, settings: ModelSettings) -> np.ndarray:
    """Return the annual mean of xi K, (site, pool, layer) [yr-1]."""
    climate = temperature_scalar(parameters, forcing) * water_scalar(parameters, forcing, settings)
    climate = climate * forcing.ds["oxygen_scalar"].to_numpy()
    litter = (climate * forcing.ds["nitrogen_scalar"].to_numpy()).mean(axis=-1)
    is_litter = np.array([pool.startswith("litr") for pool in POOLS])[:, None]
    xi = np.where(is_litter, litter[:, None], climate.mean(axis=-1)[:, None])
    return baseline_rates(parameters)[..., None] * xi * depth_scalar(parameters, settings)[:, None]


def baseline_rates(parameters: np.ndarray) -> np.ndarray:
    """Return the baseline rates K = 1 / tau, (site, pool) [yr-1]."""
    p = by_name(parameters)
    return np.stack([1.0 / p[tau] for tau in TURNOVER], axis=-1)


def transfer_fractions(
    parameters: np.ndarray, forcing: Forcing, settings: ModelSettings
) -> dict[tuple[str, str], np.ndarray]:
    """Return fractions of what leaves a pool that enter another, by (donor, receiver), (site, layer) [1]."""
    sand = forcing.ds["sand"].to_numpy() if settings.texture else None
    shape = (len(forcing), settings.layers.size)
    per_site = ((pair, np.asarray(f)) for pair, f in transfers(parameters, sand).items())
    return {pair: np.broadcast_to(f[:, None] if f.ndim == 1 else f, shape) for pair, f in per_site}


def respired_fraction(parameters: np.ndarray, forcing: Forcing, settings: ModelSettings) -> np.ndarray:
    """Return the fraction of decomposed carbon that is respired, (site, pool, layer) [1]."""
    fractions = transfer_fractions(parameters, forcing, settings)
    kept = [sum((f for (donor, _), f in fractions.items() if donor == pool), start=0.0) for pool in POOLS]
    return 1.0 - np.stack(kept, axis=1)


def mixing_rate(parameters: np.ndarray, forcing: Forcing, settings: ModelSettings) -> np.ndarray:
    """Return the annual mean diagonal of V: rate of loss of a layer by mixing, (site, layer) [yr-1]."""
    p, ds = by_name(parameters), forcing.ds
    thawed = np.maximum(ds["altmax"].to_numpy(), ds["altmax_last_year"].to_numpy())
    bedrock = ds["nbedrock"].to_numpy()
    rows = mixing_rows(p["diffus"][:, None], p["cryo"][:, None], thawed, bedrock, settings)
    return rows.diagonal.mean(axis=1)


def input_shares(parameters: np.ndarray, forcing: Forcing, settings: ModelSettings) -> np.ndarray:
    """Return the share of the carbon input that enters each layer, (site, layer) [1]."""
    grid, ds = settings.layers, forcing.ds
    edge = 100.0 * np.concatenate([[0.0], grid.layer_bottom])
    share = -np.diff(by_name(parameters)["beta"][:, None] ** edge, axis=-1)
    layer = np.arange(grid.size)
    if settings.bedrock == "closed":
        share = np.where(layer < ds["nbedrock"].to_numpy().max(axis=1)[:, None], share, 0.0)
    frozen = ~(ds["altmax_last_year"].to_numpy().mean(axis=1) > 0)
    share[frozen] = layer == 0
    return share / share.sum(axis=-1, keepdims=True)


def _wide(per_site: np.ndarray) -> np.ndarray:
    return np.asarray(per_site)[:, None, None]
