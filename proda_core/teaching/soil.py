"""Soils of the teaching continent: texture, acidity, stones, wetness, depth to bedrock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from proda_core.teaching.climate import Climate
from proda_core.teaching.fields import Field, logistic

DEPTHS = (0.0, 0.3, 1.0)  # m, where soil covariates are given


@dataclass(frozen=True, eq=False)
class Soil:
    """Soil at points; arrays (point) or (point, depth) at :data:`DEPTHS`."""

    clay: np.ndarray  # %, (point, depth)
    sand: np.ndarray  # %, (point, depth)
    acidity: np.ndarray  # pH in water, (point, depth)
    stones: np.ndarray  # % of volume, (point, depth)
    wetness: np.ndarray  # 0 well drained .. 1 waterlogged
    bedrock: np.ndarray  # m
    steepness: np.ndarray  # 0 flat .. 1 steep

    @property
    def silt(self) -> np.ndarray:
        """Silt as the rest of the fine earth (point, depth) [%]."""
        return 100 - self.clay - self.sand


@dataclass(frozen=True, eq=False)
class SoilNoise:
    """Standard normal departures of a place (point) that no field resolves; 0 in the mean of a cell."""

    texture: np.ndarray
    fines: np.ndarray
    wetness: np.ndarray
    acidity: np.ndarray
    depth: np.ndarray


def soil(
    lon: np.ndarray,
    lat: np.ndarray,
    elevation: np.ndarray,
    climate: Climate,
    fields: dict[str, Field],
    noise: SoilNoise,
) -> Soil:
    """Soil at points (point), from smooth fields, climate, relief and the departures of each place."""
    steepness = logistic((elevation - 1500) / 350 + 0.9 * fields["slope"](lon, lat))
    moisture = np.log(climate.moisture)
    parent = fields["parent"](lon, lat) + 0.5 * fields["parent_near"](lon, lat)
    sand0, clay0 = _texture(parent + 0.45 * noise.texture, fields["fines"](lon, lat) + 0.5 * noise.fines)
    washed = 1 + np.outer(logistic(2.5 * moisture) * (1 - steepness), (0.0, 0.22, 0.32))
    clay = np.clip(clay0[:, None] * washed, 2, 70)
    sand = np.clip(sand0[:, None] * (100 - clay) / (100 - clay[:, :1]), 3, 95)
    wetness = logistic(
        -2.1
        + 1.2 * fields["hollow"](lon, lat)
        + 0.9 * noise.wetness
        + 0.9 * moisture
        - 2.2 * steepness
        + 0.02 * (clay0 - 20)
    )
    base = 6.6 - 1.05 * np.tanh(1.4 * moisture + 0.25) + 0.35 * fields["lime"](lon, lat) + 0.3 * noise.acidity
    acidity = np.clip(base[:, None] + (0.0, 0.12, 0.35), 3.9, 9.2)
    stones = np.clip((4 + 34 * steepness)[:, None] * (0.8, 1.0, 1.35) * np.exp(0.3 * parent)[:, None], 0, 75)
    bedrock = np.clip(
        7.0 * np.exp(-1.5 * steepness + 0.55 * fields["cover"](lon, lat) + 0.25 * noise.depth), 1, 60
    )
    return Soil(clay, sand, acidity, stones, wetness, bedrock, steepness)


def _texture(coarse: np.ndarray, fine: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sand and clay (point) [%] of the topsoil from two departures, silt being the rest."""
    sand, clay = np.exp(0.75 * coarse), 0.55 * np.exp(0.45 * fine - 0.35 * coarse)
    total = sand + clay + 0.95
    return 100 * sand / total, 100 * clay / total
