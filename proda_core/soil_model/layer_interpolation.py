"""Forcing on other soil layers, interpolated in depth."""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.records.checks import expect, one_of
from proda_core.records.forcing import Forcing
from proda_core.soil_model.observation import interpolation_weights
from proda_core.vocabulary.soil_layers import GRIDS, LayerGrid


def on_layers(forcing: Forcing, grid: str) -> Forcing:
    """Return forcing on the layers of ``grid``; the same forcing where it is on them already.

    What is given by layer is interpolated linearly between nodes, above the first node it is constant.
    The last layer above bedrock is the last whose node lies above the interface with it.

    Raises InputError for unknown layers, and where they reach below those of the forcing.
    """
    new, old = GRIDS[one_of(grid, GRIDS, "layer grid")], forcing.grid
    if new.name == old.name:
        return forcing
    expect(
        new.layer_node[-1] <= old.layer_node[-1],
        f"layer grid {new.name}: expected forcing down to its last node at {new.layer_node[-1]:.2f} m,"
        f" found {old.name}, whose last node is at {old.layer_node[-1]:.2f} m",
    )
    by_layer = [name for name, values in forcing.ds.data_vars.items() if "layer" in values.dims]
    rest = forcing.ds.drop_vars([*by_layer, "layer", "node"], errors="ignore")
    changed = {name: _interpolated(forcing.ds[name], old, new) for name in by_layer}
    changed["nbedrock"] = _bedrock(forcing.ds["nbedrock"], old, new)
    return Forcing(rest.assign(changed).assign_attrs(grid=new.name, layers_from=old.name))


def _interpolated(values: xr.DataArray, old: LayerGrid, new: LayerGrid) -> xr.DataArray:
    axis = values.dims.index("layer")
    weights = interpolation_weights(new.layer_node, old)
    found = np.moveaxis(np.moveaxis(values.to_numpy(), axis, -1) @ weights.T, -1, axis)
    coords = {name: c for name, c in values.coords.items() if "layer" not in c.dims}
    return xr.DataArray(found, dims=values.dims, coords=coords, attrs=values.attrs)


def _bedrock(layers: xr.DataArray, old: LayerGrid, new: LayerGrid) -> xr.DataArray:
    given = layers.to_numpy()
    depth = old.layer_bottom[np.where(np.isfinite(given), given, 1).astype(int) - 1]
    above = (new.layer_node < depth[..., None]).sum(axis=-1)
    found = np.where(np.isfinite(given), np.maximum(above, 1), np.nan)
    return layers.copy(data=found)
