"""Vertical mixing: diffusivity at the layer interfaces, exchange between layers, bedrock.

Interfaces are counted like the layers above them, from 0. All functions take any number of
leading dimensions (site, month, ...) and keep them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.constants import (
    DAYS_PER_YEAR,
    MAX_ACTIVE_LAYER_CRYOTURBATION,
    MAX_DEPTH_CRYOTURBATION,
)
from proda_core.vocabulary.soil_layers import LayerGrid

TINY = 1e-30 * DAYS_PER_YEAR  # m2 yr-1, CLM's value for no diffusivity [CTSM]


class Tridiagonal(NamedTuple):
    """A tridiagonal matrix by rows: sub-diagonal, diagonal and super-diagonal."""

    lower: np.ndarray
    diagonal: np.ndarray
    upper: np.ndarray


def diffusivity(diffus, cryo, active_layer, nbedrock, grid: LayerGrid) -> np.ndarray:
    """Return D at the interface below each layer, shape (..., layer + 1), in the unit of diffus and cryo.

    Thawed deeper than 2 m: diffus. Permafrost (0 < active layer <= 2 m): cryo down to the active
    layer, then linearly to zero at 3 m or at the interface below layer nbedrock + 1. Never
    thawed: none. None below that interface in any case [CTSM].
    """
    diffus, cryo, thawed = (np.asarray(a, dtype=float)[..., None] for a in (diffus, cryo, active_layer))
    layers = np.asarray(nbedrock).astype(int)[..., None]
    vanishing = np.minimum(MAX_DEPTH_CRYOTURBATION, grid.bottom[layers])
    span = np.where(vanishing > thawed, vanishing - thawed, 1.0)
    fading = np.clip((vanishing - grid.bottom) / span, 0.0, 1.0)
    permafrost = cryo * np.where(grid.bottom < thawed, 1.0, fading)
    mixed = np.where(thawed > MAX_ACTIVE_LAYER_CRYOTURBATION, diffus, permafrost)
    interface = np.arange(grid.size + 1)
    return np.where((thawed > 0) & (interface <= layers), mixed, 0.0)


def conductance(diffusivity_: np.ndarray, grid: LayerGrid) -> np.ndarray:
    """Return D_h / (z_{j+1} - z_j) between nodes j and j + 1, shape (..., layer - 1) [D m-1].

    D_h = 1 / ((1 - w) / D_j + w / D_{j+1}) with w = (z_{j+1} - zi_j) / (z_{j+1} - z_j): the
    harmonic mean of the diffusivities at the interfaces below the two layers; zero if one is.
    """
    distance = np.diff(grid.layer_node)
    w = (grid.layer_node[1:] - grid.layer_bottom[:-1]) / distance
    above, below = diffusivity_[..., : grid.size - 1], diffusivity_[..., 1 : grid.size]
    weighted = (1.0 - w) * below + w * above
    mean = np.divide(above * below, weighted, out=np.zeros_like(weighted), where=weighted > 0)
    return mean / distance


def power_law(conductance_: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """Return the conductance beside a flow, g max(0, (1 - 0.1 |flow / g|)^5): Patankar's power law [CTSM]."""
    peclet = np.full_like(conductance_, np.inf)
    np.divide(np.abs(flow), conductance_, out=peclet, where=conductance_ > 0)
    return conductance_ * np.maximum(0.0, 1.0 - 0.1 * peclet) ** 5


def exchange(
    diffus, cryo, active_layer, nbedrock, settings: ModelSettings, floor: float = TINY
) -> tuple[np.ndarray, np.ndarray]:
    """Return velocities of carbon down and up between layers j and j + 1, (..., layer - 1) [m yr-1].

    Down (g + max(F, 0)) X_j, up (g + max(-F, 0)) X_{j+1}, where g is the conductance beside the
    advection F. Advection stops in permafrost; nothing crosses the interface under layer nbedrock
    and below in ``closed``. floor : least diffusivity [m2 yr-1].
    """
    d = diffusivity(diffus, cryo, active_layer, nbedrock, settings.layers)
    g = conductance(np.maximum(d, floor), settings.layers)
    interface = np.arange(settings.layers.size - 1)
    above_bedrock = interface < np.asarray(nbedrock).astype(int)[..., None] - 1
    unfrozen = np.asarray(active_layer)[..., None] > MAX_ACTIVE_LAYER_CRYOTURBATION
    if settings.bedrock == "closed":
        g = np.where(above_bedrock, g, 0.0)
    flow = np.where(unfrozen & above_bedrock, settings.advection, 0.0)
    left = power_law(g, flow)
    return left + np.maximum(flow, 0.0), left + np.maximum(-flow, 0.0)


def mixing_rows(
    diffus, cryo, active_layer, nbedrock, settings: ModelSettings, floor: float = TINY
) -> Tridiagonal:
    """Return V of one pool by rows, each (..., layer) [yr-1]; -V X is the gain of each layer by mixing.

    No flux through the surface and the bottom of the column. ``authors``: from layer
    nbedrock + 1 on, a row's exchange with the layer below repeats that with the layer above, so
    that layer nbedrock + 1 loses carbon that no other layer receives [PRODA].
    """
    down, up = exchange(diffus, cryo, active_layer, nbedrock, settings, floor)
    from_above, to_above = _of_interface_above(down), _of_interface_above(up)
    from_below, to_below = _of_interface_below(up), _of_interface_below(down)
    if settings.bedrock == "authors":
        layer = np.arange(settings.layers.size)
        leaking = (layer >= np.asarray(nbedrock).astype(int)[..., None]) & (layer < layer[-1])
        from_below, to_below = (np.where(leaking, to_above, b) for b in (from_below, to_below))
    thickness = settings.layers.thickness
    return Tridiagonal(-from_above / thickness, (to_above + to_below) / thickness, -from_below / thickness)


def _of_interface_above(values: np.ndarray) -> np.ndarray:
    """Give each layer the value of the interface above it; the surface has none."""
    return np.concatenate([np.zeros_like(values[..., :1]), values], axis=-1)


def _of_interface_below(values: np.ndarray) -> np.ndarray:
    """Give each layer the value of the interface below it; the bottom has none."""
    return np.concatenate([values, np.zeros_like(values[..., :1])], axis=-1)
