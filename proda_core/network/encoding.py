"""Encoding of covariates as input of a network, fitted to the training sites only.

Continuous covariates are scaled and their gaps filled with the training median, with a flag column
beside each covariate that has gaps in training. A category becomes a row number of its embedding:
row 0 is for codes that are unknown, too rare, or were never seen in training.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from proda_core.network.settings import NetworkSettings
from proda_core.records.checks import InputError, expect_columns
from proda_core.records.covariates import Covariates


@dataclass(frozen=True)
class Encoder:
    """Encoding of each covariate; plain values, so that it can be saved as JSON.

    continuous, categorical : names, in the order of the columns
    centre, scale, median : per continuous covariate; the encoded value is (x - centre) / scale
    flagged : continuous covariates with a column that is 1 where the value is missing
    codes : per categorical covariate the codes with an embedding row each, from row 1
    low, high : range of each continuous covariate in training, for ``outside``
    as_numbers : whether the categorical codes enter as one scaled number each instead
    """

    continuous: tuple[str, ...]
    categorical: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    flagged: tuple[str, ...]
    codes: tuple[tuple[int, ...], ...]
    as_numbers: bool = False

    @property
    def width(self) -> int:
        """Number of numeric columns."""
        return len(self.continuous) + len(self.flagged) + (len(self.categorical) if self.as_numbers else 0)

    @property
    def categories(self) -> tuple[int, ...]:
        """Number of embedding rows of each category, row 0 included."""
        return () if self.as_numbers else tuple(len(codes) + 1 for codes in self.codes)

    def encode(self, covariates: Covariates) -> tuple[np.ndarray, np.ndarray]:
        """Return numbers (site, width) float32 and embedding rows (site, category) int64."""
        expect_columns(covariates.names, self.continuous + self.categorical, "Covariates")
        values = _columns(covariates, self.continuous)
        missing = ~np.isfinite(values)
        scaled = (np.where(missing, self.median, values) - self.centre) / self.scale
        flags = missing[:, [self.continuous.index(name) for name in self.flagged]]
        numbers, rows = [scaled, flags], self._rows(covariates)
        if self.as_numbers:
            numbers.append(rows / np.maximum([len(codes) for codes in self.codes], 1))
            rows = rows[:, :0]
        return np.concatenate(numbers, axis=1, dtype=np.float32, casting="unsafe"), rows

    def outside(self, covariates: Covariates) -> np.ndarray:
        """Count the covariates of each site outside the range of the training sites, shape (site,).

        A continuous value beyond the training range counts, and so does a code without its own
        embedding; a missing value does not.
        """
        return self.beyond(covariates) + self.unseen(covariates)

    def beyond(self, covariates: Covariates) -> np.ndarray:
        """Count the continuous covariates of each site beyond the training range, shape (site,)."""
        values = _columns(covariates, self.continuous)
        return ((values < self.low) | (values > self.high)).sum(axis=1)

    def unseen(self, covariates: Covariates) -> np.ndarray:
        """Count the categories of each site whose code has no embedding of its own, shape (site,)."""
        known = _columns(covariates, self.categorical) >= 0
        return ((self._rows(covariates) == 0) & known).sum(axis=1)

    def _rows(self, covariates: Covariates) -> np.ndarray:
        rows = np.zeros((len(covariates), len(self.categorical)), dtype=np.int64)
        for j, (name, codes) in enumerate(zip(self.categorical, self.codes, strict=True)):
            ordered = np.array(codes, dtype=np.int64)  # codes are kept in ascending order
            given = covariates.ds[name].values
            place = np.searchsorted(ordered, given)
            found = np.append(ordered, np.iinfo(np.int64).min)[place] == given
            rows[:, j] = np.where(found, place + 1, 0)
        return rows


def fit(covariates: Covariates, settings: NetworkSettings, scaled_by: Covariates | None = None) -> Encoder:
    """Return the encoder of these (training) sites.

    scaled_by : sites whose values set the scaling, with ``settings.scaled_by`` "all"
    """
    values = _columns(covariates, covariates.continuous)
    known = np.isfinite(values)
    for name, count in zip(covariates.continuous, known.sum(axis=0), strict=True):
        if count == 0:
            raise InputError(f"Covariates: expected at least one training site with {name}, found none")
    whole = scaled_by if settings.scaled_by == "all" and scaled_by is not None else covariates
    centre, scale = _scaling(_columns(whole, covariates.continuous), settings.scaling)
    return Encoder(
        continuous=covariates.continuous,
        categorical=covariates.categorical,
        centre=_plain(centre),
        scale=_plain(np.where(scale > 0, scale, 1.0)),
        median=_plain(np.nanmedian(values, axis=0)),
        low=_plain(np.nanmin(values, axis=0)),
        high=_plain(np.nanmax(values, axis=0)),
        flagged=_flagged(covariates.continuous, known) if settings.missing == "flag" else (),
        codes=tuple(_frequent(covariates.ds[n].values, settings.rare) for n in covariates.categorical),
        as_numbers=settings.categories == "code",
    )


def _columns(covariates: Covariates, names: tuple[str, ...]) -> np.ndarray:
    """Return raw values of some covariates, shape (site, name)."""
    columns = [covariates.ds[name].values.astype(float) for name in names]
    return np.stack(columns, axis=1) if columns else np.zeros((len(covariates), 0))


def _scaling(values: np.ndarray, scaling: str) -> tuple[np.ndarray, np.ndarray]:
    if scaling == "minmax":
        low = np.nanmin(values, axis=0)
        return low, np.nanmax(values, axis=0) - low
    return np.nanmean(values, axis=0), np.nanstd(values, axis=0)


def _flagged(names: tuple[str, ...], known: np.ndarray) -> tuple[str, ...]:
    return tuple(name for name, complete in zip(names, known.all(axis=0), strict=True) if not complete)


def _frequent(codes: np.ndarray, rare: int) -> tuple[int, ...]:
    unique, count = np.unique(codes[codes >= 0], return_counts=True)
    return tuple(int(code) for code in unique[count >= rare])


def _plain(array: np.ndarray) -> tuple[float, ...]:
    return tuple(float(x) for x in array)
