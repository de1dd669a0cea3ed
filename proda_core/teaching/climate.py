"""Climate of the teaching continent: twelve months of temperature and rain from place and elevation.

The shape is that of the conterminous US - warm south, cold north, wet east and north-west coast,
dry interior west, rain in winter on the Pacific side and in summer on the plains - in a few
formulas plus smooth random departures. Nothing was measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from proda_core.teaching.fields import Field, logistic
from proda_core.teaching.relief import pacific_distance
from proda_core.vocabulary.constants import MONTHS

MONTH = np.arange(MONTHS) + 0.5
LAPSE_RATE = 0.0049  # K m-1


@dataclass(frozen=True, eq=False)
class Climate:
    """Monthly temperature (point, month) [C], rain (point, month) [mm], daily range (point, month) [K]."""

    temperature: np.ndarray
    rain: np.ndarray
    daily_range: np.ndarray

    @property
    def annual_temperature(self) -> np.ndarray:
        """Mean of the year (point) [C]."""
        return self.temperature.mean(axis=1)

    @property
    def annual_rain(self) -> np.ndarray:
        """Sum of the year (point) [mm]."""
        return self.rain.sum(axis=1)

    @property
    def evaporative_demand(self) -> np.ndarray:
        """Potential evaporation (point, month) [mm], rising with temperature and with dry air."""
        warm = np.clip(self.temperature, 0, None)
        return 2.0 * warm + 0.25 * warm * self.daily_range + 5

    @property
    def moisture(self) -> np.ndarray:
        """Rain over potential evaporation (point) [1]: below 0.2 desert, about 1 forest."""
        return self.annual_rain / self.evaporative_demand.sum(axis=1)


def climate(lon: np.ndarray, lat: np.ndarray, elevation: np.ndarray, warm: Field, wet: Field) -> Climate:
    """The climate at points (point) of longitude and latitude [degrees] and elevation [m]."""
    inland = 1 - np.exp(-pacific_distance(lon, lat) / 220)
    temperature = _temperature(lon, lat, elevation, inland) + 0.6 * warm(lon, lat)[:, None]
    yearly = _rain(lon, lat, elevation) * np.exp(0.13 * wet(lon, lat))
    rain = yearly[:, None] * _rain_shares(lon)
    dry = 1 / (1 + yearly / 700)
    daily = 6.5 + 12 * dry * inland
    season = np.cos(2 * np.pi * (MONTH - 7.0) / MONTHS)
    return Climate(temperature, rain, daily[:, None] * (1 + 0.08 * season))


def _temperature(lon, lat, elevation, inland) -> np.ndarray:
    west = logistic((-101 - lon) / 2.5)
    mean = 24.8 - 0.88 * (lat - 25) + 5.2 * west + 1.2 * (1 - inland) - LAPSE_RATE * elevation
    half_range = (3.6 + 0.46 * (lat - 25)) * (0.30 + 0.70 * inland) + 2.0 * inland
    return mean[:, None] + half_range[:, None] * np.cos(2 * np.pi * (MONTH - 7.05) / MONTHS)


def _rain(lon, lat, elevation) -> np.ndarray:
    """Rain of a year (point) [mm]: from the Gulf and the Atlantic, and from the Pacific."""
    east = logistic((lon + 96.5) / 3.3)
    gulf = 1290 * east * np.exp(-((np.maximum(lat - 30, 0) / 24) ** 1.6))
    plains = 380 * logistic((lon + 104) / 2) * (1 - east)
    northern = logistic((lat - 38.5) / 2.2)
    pacific = (330 + 1650 * northern) * np.exp(-pacific_distance(lon, lat) / 150)
    mountains = 0.22 * np.maximum(elevation - 1200, 0) * logistic((lat - 36) / 2.5)
    return np.clip(85 + gulf + plains + pacific + mountains, 70, 3200)


def _rain_shares(lon) -> np.ndarray:
    """Share of the months in the rain of a year (point, month): winter in the west, summer on the plains."""
    winter = 0.75 * logistic((-113 - lon) / 3)
    summer = 0.70 * np.exp(-(((lon + 100) / 8) ** 2)) + 0.12
    phase = 2 * np.pi * MONTH / MONTHS
    shares = 1 + winter[:, None] * np.cos(phase - 0.5) - summer[:, None] * np.cos(phase + 0.4)
    shares = np.clip(shares, 0.05, None)
    return shares / shares.sum(axis=1, keepdims=True)
