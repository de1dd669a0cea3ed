"""One soil column: the forcing of a single site as plain arrays, for the readable model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from proda_core.records.checks import InputError
from proda_core.vocabulary.parameters import NAMES

if TYPE_CHECKING:
    from proda_core.records.forcing import Forcing


@dataclass(frozen=True)
class Column:
    """The forcing of one site through the twelve months of a mean year.

    soil_temperature : (layer, month) [K]
    water_scalar : (layer, month) [1], needed by the scalar form
    soil_water_potential : (layer, month) [MPa], needed by the potential form
    oxygen_scalar, nitrogen_scalar : (layer, month) [1]
    sand : (layer,) [%], needed by the texture-dependent default run
    carbon_input : (input_pool, month) [gC m-2 month-1]
    altmax, altmax_last_year : (month,) [m], active layer depth of this and of last year
    nbedrock : (month,) number of soil layers above bedrock (1-based index of the last one)
    """

    soil_temperature: np.ndarray
    oxygen_scalar: np.ndarray
    nitrogen_scalar: np.ndarray
    carbon_input: np.ndarray
    altmax: np.ndarray
    altmax_last_year: np.ndarray
    nbedrock: np.ndarray
    water_scalar: np.ndarray | None = None
    soil_water_potential: np.ndarray | None = None
    sand: np.ndarray | None = None

    @property
    def active_layer(self) -> np.ndarray:
        """Depth thawed this year or last, whichever is deeper, shape (month,) [m]."""
        return np.maximum(self.altmax, self.altmax_last_year)

    @property
    def ever_thaws(self) -> bool:
        """Whether the ground thaws in any month; if not, carbon input stays in the first layer."""
        return bool(np.mean(self.altmax_last_year) > 0)

    @property
    def soil_layers(self) -> int:
        """Number of layers above bedrock, in the month in which they are most."""
        return int(np.max(self.nbedrock))


_ARRAYS = tuple(Column.__dataclass_fields__)


def column_of(forcing: Forcing, site: int) -> Column:
    """Return the column of one site of a Forcing record."""
    dataset = forcing.select([site]).ds.squeeze("site")
    taken = {name: dataset[name].to_numpy().astype(float) for name in _ARRAYS if name in dataset}
    return Column(**taken)


def by_name(parameters: Mapping[str, float] | np.ndarray) -> dict[str, float | np.ndarray]:
    """Return parameters by name, from a mapping or from an array (..., parameter) in the order of NAMES.

    >>> from proda_core.vocabulary.parameters import DEFAULTS
    >>> float(by_name(DEFAULTS)["q10"])
    1.5
    """
    if isinstance(parameters, Mapping):
        missing = [name for name in NAMES if name not in parameters]
        if missing:
            raise InputError(f"parameters: expected all of {', '.join(NAMES)}, missing {', '.join(missing)}.")
        return {name: parameters[name] for name in NAMES}
    array = np.asarray(parameters, dtype=float)
    if array.ndim == 0 or array.shape[-1] != len(NAMES):
        raise InputError(f"parameters: expected {len(NAMES)} values per site, found shape {array.shape}.")
    return dict(zip(NAMES, np.moveaxis(array, -1, 0), strict=True))
