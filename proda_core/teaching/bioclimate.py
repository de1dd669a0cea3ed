"""The nineteen bioclimatic variables of WorldClim and the Köppen-Geiger class, by their definitions.

Definitions: WorldClim (BIO1..BIO19); Beck et al. 2018, Scientific Data 5:180214, table 2.
"""

from __future__ import annotations

import numpy as np

from proda_core.teaching.climate import Climate
from proda_core.vocabulary.legends import KOPPEN

_CODE = {name: code for code, name in KOPPEN.items()}
_SUMMER = np.arange(3, 9)  # April to September


def bioclimatic(climate: Climate) -> dict[str, np.ndarray]:
    """BIO1..BIO19, each (point), in the units of the vocabulary."""
    mean, rain = climate.temperature, climate.rain
    highest, lowest = mean + climate.daily_range / 2, mean - climate.daily_range / 2
    warm_quarter, rain_quarter = _quarters(mean) / 3, _quarters(rain)
    hottest, coldest = highest.max(axis=1), lowest.min(axis=1)
    daily = climate.daily_range.mean(axis=1)
    row = np.arange(len(mean))
    wettest, driest = rain_quarter.argmax(axis=1), rain_quarter.argmin(axis=1)
    warmest, coolest = warm_quarter.argmax(axis=1), warm_quarter.argmin(axis=1)
    values = (
        mean.mean(axis=1),
        daily,
        100 * daily / (hottest - coldest),
        100 * mean.std(axis=1, ddof=1),
        hottest,
        coldest,
        hottest - coldest,
        warm_quarter[row, wettest],
        warm_quarter[row, driest],
        warm_quarter[row, warmest],
        warm_quarter[row, coolest],
        rain.sum(axis=1),
        rain.max(axis=1),
        rain.min(axis=1),
        100 * rain.std(axis=1, ddof=1) / (1 + rain.mean(axis=1)),
        rain_quarter[row, wettest],
        rain_quarter[row, driest],
        rain_quarter[row, warmest],
        rain_quarter[row, coolest],
    )
    return {f"BIO{number}": value for number, value in enumerate(values, start=1)}


def koppen(climate: Climate) -> np.ndarray:
    """Code of the Köppen-Geiger class (point) int."""
    mean, rain = climate.temperature, climate.rain
    hot, cold, year = mean.max(axis=1), mean.min(axis=1), mean.mean(axis=1)
    names = np.where(_dry(climate), _arid(rain, year, climate), "")
    temperate = _season(rain) + _summer_heat(mean, hot, cold)
    first = np.where(cold >= 18, "A", np.where(cold > 0, "C", "D"))
    wet_tropics = np.where(rain.min(axis=1) >= 60, "Af", "Aw")
    humid = np.where(first == "A", wet_tropics, np.char.add(first.astype("<U1"), temperate.astype("<U2")))
    names = np.where(names == "", humid, names)
    names = np.where(hot < 10, np.where(hot > 0, "ET", "EF"), names)
    return np.array([_CODE[name] for name in names])


def _quarters(monthly: np.ndarray) -> np.ndarray:
    """Sums of three consecutive months (point, quarter), cyclic over the year."""
    return monthly + np.roll(monthly, -1, axis=1) + np.roll(monthly, -2, axis=1)


def _threshold(climate: Climate) -> np.ndarray:
    summer = climate.rain[:, _SUMMER].sum(axis=1) / climate.annual_rain
    offset = np.select([summer > 0.7, summer < 0.3], [28, 0], 14)
    return 2 * climate.annual_temperature + offset


def _dry(climate: Climate) -> np.ndarray:
    return climate.annual_rain < 10 * _threshold(climate)


def _arid(rain: np.ndarray, year: np.ndarray, climate: Climate) -> np.ndarray:
    desert = rain.sum(axis=1) < 5 * _threshold(climate)
    heat = np.where(year >= 18, "h", "k")
    return np.char.add(np.where(desert, "BW", "BS"), heat)


def _season(rain: np.ndarray) -> np.ndarray:
    winter_months = np.setdiff1d(np.arange(12), _SUMMER)
    summer, winter = rain[:, _SUMMER], rain[:, winter_months]
    dry_summer = (summer.min(axis=1) < 40) & (summer.min(axis=1) < winter.max(axis=1) / 3)
    dry_winter = winter.min(axis=1) < summer.max(axis=1) / 10
    return np.where(dry_summer, "s", np.where(dry_winter, "w", "f")).astype(object)


def _summer_heat(mean: np.ndarray, hot: np.ndarray, cold: np.ndarray) -> np.ndarray:
    mild = (mean > 10).sum(axis=1) >= 4
    classes = np.where(hot >= 22, "a", np.where(mild, "b", np.where(cold < -38, "d", "c")))
    return classes.astype(object)
