"""The six bulk processes of the PRODA studies: one number a column for each part of the model.

Definitions are those of the published codes [PRODA: fun_bulk_process.m in phxtao/PRODA_PUBLIC;
BINN: fun_matrix_clm5_PRODA_vectorized_bulk_converge.py in Hardyxu8067/BINN], by which the studies
compare sites, although each component alone is a crude summary. "Weighted by soil carbon" means by
each layer's share in the column's soil1 + soil2 + soil3.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.forcing import Forcing
from proda_core.soil_model import site_fields as fields
from proda_core.soil_model.parameter_values import complete
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.steady_state import prepare, solve
from proda_core.vocabulary.pools import POOLS
from proda_core.vocabulary.soil_layers import LayerGrid

_SOIL = slice(POOLS.index("soil1"), None)
ROUNDING = 1e-12  # 1, what is left of a sum of shares that should be whole
_LITTER = slice(POOLS.index("litr1"), POOLS.index("soil1"))


def bulk_processes(
    parameters, forcing: Forcing, carbon: xr.DataArray | None = None, *, settings: ModelSettings | None = None
) -> xr.Dataset:
    """Return bulk processes of every site, each (site), from carbon (site, pool, layer) or the steady state.

    carbon_transfer_efficiency [1], baseline_decomposition [yr-1] (and litter_decomposition),
    environmental_modifier [1], vertical_transport_rate [yr-1], input_allocation [1],
    plant_carbon_input [gC m-2 yr-1].
    """
    settings = fields.settings_for(forcing, settings, parameters)
    p = complete(parameters, forcing.sites)
    if carbon is None:
        carbon = solve(prepare(forcing, settings), p, np.arange(len(forcing)))
    content = (
        fields.carbon_array(carbon, (len(p), len(POOLS), settings.layers.size)) * settings.layers.thickness
    )
    soil = content[:, _SOIL].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = soil / soil.sum(axis=-1, keepdims=True)
        layer_modifier = _layer_modifier(p, forcing, settings)
        rates, stocks = fields.baseline_rates(p), content.sum(axis=-1)
        mixing = fields.mixing_rate(p, forcing, settings)
        values = {
            "carbon_transfer_efficiency": (
                _transfer_efficiency(p, forcing, settings, content, layer_modifier),
                "1",
                "part of what litter and soil pools lose that soil pools gain",
            ),
            "baseline_decomposition": (
                _weighted(rates[:, _SOIL], stocks[:, _SOIL]),
                "yr-1",
                "1 / tau of the soil pools, weighted by stock",
            ),
            "litter_decomposition": (
                _weighted(rates[:, _LITTER], stocks[:, _LITTER]),
                "yr-1",
                "1 / tau of the litter pools, weighted by stock",
            ),
            "environmental_modifier": (
                (layer_modifier * weight).sum(axis=-1),
                "1",
                "xi_T xi_W xi_D, weighted by soil carbon",
            ),
            "vertical_transport_rate": (
                (mixing * weight).sum(axis=-1),
                "yr-1",
                "diagonal of V, weighted by soil carbon",
            ),
            "input_allocation": (
                _apparent_beta(fields.input_shares(p, forcing, settings), settings.layers),
                "1",
                "apparent beta of the carbon input, mean over layers",
            ),
            "plant_carbon_input": (forcing.annual_input.to_numpy(), "gC m-2 yr-1", "carbon input"),
        }
    return xr.Dataset(
        {
            name: ("site", value, {"units": unit, "long_name": meaning})
            for name, (value, unit, meaning) in values.items()
        },
        coords={"site": forcing.sites},
    )


def _weighted(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the mean of values (site, pool) weighted by pool, (site)."""
    return (values * weights).sum(axis=-1) / weights.sum(axis=-1)


def _layer_modifier(p: np.ndarray, forcing: Forcing, settings: ModelSettings) -> np.ndarray:
    """Return the annual mean of xi_T times that of xi_W times xi_D, (site, layer), without xi_O and xi_N."""
    warmth = fields.temperature_scalar(p, forcing).mean(axis=-1)
    water = fields.water_scalar(p, forcing, settings).mean(axis=-1)
    return warmth * water * fields.depth_scalar(p, settings)


def _transfer_efficiency(
    p: np.ndarray, forcing: Forcing, settings: ModelSettings, content: np.ndarray, modifier: np.ndarray
) -> np.ndarray:
    """Return the carbon gained by soil pools over the carbon lost from litter and soil pools, (site)."""
    lost = content * fields.baseline_rates(p)[..., None] * modifier[:, None]
    fractions = fields.transfer_fractions(p, forcing, settings)
    kept = sum(
        fraction * lost[:, POOLS.index(donor)] for (donor, _), fraction in fractions.items() if donor != "cwd"
    )
    return kept.sum(axis=-1) / lost[:, POOLS.index("litr1") :].sum(axis=(1, 2))


def _apparent_beta(shares: np.ndarray, grid: LayerGrid) -> np.ndarray:
    """Return the mean over layers of (1 - input above the layer's bottom)^(1 / 100 z), z its node, (site).

    As published: at the bottom z' instead of the node z it would be beta itself. Layers below
    which no input enters are left out.
    """
    below = 1.0 - np.cumsum(shares, axis=-1)
    apparent = np.where(below > ROUNDING, np.maximum(below, 0.0) ** (1.0 / (100.0 * grid.layer_node)), np.nan)
    counted = np.isfinite(apparent)
    return np.where(counted, apparent, 0.0).sum(axis=-1) / np.maximum(counted.sum(axis=-1), 1)
