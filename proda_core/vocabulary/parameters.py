"""The parameters of the soil model: order, names, units, defaults, priors and meaning.

This is the only place where the order of the parameters exists. Sources: CLM5 parameter file
clm5_params.c190829.nc [PAR] and CLM5 technical note [CTSM] for defaults; Tao & Luo, chapter 37
[ch37] and Tao et al. 2020 [2020] for the priors ``proda`` and ``clm45_18``; Xu et al. 2025
[BINN] for the prior ``binn``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from types import MappingProxyType

import numpy as np

from proda_core.vocabulary import probit_normal


@dataclass(frozen=True)
class Parameter:
    """One parameter of the soil model: its name, unit, CLM5 default, group and meaning."""

    name: str
    unit: str
    default: float
    group: str
    meaning: str


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("diffus", "m2 yr-1", 1e-4, "transport", "bioturbation diffusivity"),
    Parameter("cryo", "m2 yr-1", 5e-4, "transport", "cryoturbation diffusivity"),
    Parameter("q10", "1", 1.5, "environment", "temperature sensitivity of decomposition"),
    Parameter("efolding", "m", 10.0, "environment", "e-folding depth of decomposition"),
    Parameter("taucwd", "yr", 3.333, "decomposition", "turnover time of coarse woody debris"),
    Parameter("taul1", "yr", 0.0541, "decomposition", "turnover time of metabolic litter"),
    Parameter("taul2", "yr", 0.2041, "decomposition", "turnover time of cellulose and lignin litter"),
    Parameter("tau4s1", "yr", 0.1370, "decomposition", "turnover time of fast soil carbon"),
    Parameter("tau4s2", "yr", 5.0, "decomposition", "turnover time of slow soil carbon"),
    Parameter("tau4s3", "yr", 222.2, "decomposition", "turnover time of passive soil carbon"),
    Parameter("fl1s1", "1", 0.45, "transfer", "fraction from metabolic litter to fast soil carbon"),
    Parameter("fl2s1", "1", 0.5, "transfer", "fraction from cellulose litter to fast soil carbon"),
    Parameter("fl3s2", "1", 0.5, "transfer", "fraction from lignin litter to slow soil carbon"),
    # In CLM5 fs1s2 follows from soil texture; the number here is its value at 50 % sand.
    Parameter("fs1s2", "1", 0.486, "transfer", "fraction from fast to slow soil carbon"),
    Parameter("fs1s3", "1", 0.004, "transfer", "fraction from fast to passive soil carbon"),
    Parameter("fs2s1", "1", 0.42, "transfer", "fraction from slow to fast soil carbon"),
    Parameter("fs2s3", "1", 0.03, "transfer", "fraction from slow to passive soil carbon"),
    Parameter("fs3s1", "1", 0.45, "transfer", "fraction from passive to fast soil carbon"),
    Parameter("fcwdl2", "1", 0.76, "transfer", "fraction from coarse woody debris to cellulose litter"),
    Parameter("w_scaling", "1", 1.0, "environment", "scaling of the water scalar"),
    Parameter("beta", "1", 0.95, "allocation", "depth distribution of carbon input"),
    # The 22nd: used by the potential form of the water scalar only [CTSM].
    Parameter(
        "maxpsi", "MPa", -0.002, "environment", "water potential above which decomposition is not limited"
    ),
)

NAMES: tuple[str, ...] = tuple(p.name for p in PARAMETERS)
INDEX = MappingProxyType({name: i for i, name in enumerate(NAMES)})
UNITS = MappingProxyType({p.name: p.unit for p in PARAMETERS})
DEFAULTS: np.ndarray = np.array([p.default for p in PARAMETERS])
DEFAULTS.flags.writeable = False
GROUPS: tuple[str, ...] = ("transfer", "decomposition", "environment", "transport", "allocation")


_UNIFORM = (0.0, 1.0)  # location and scale of the normal scores of a uniform number


@dataclass(frozen=True)
class Prior:
    """The sampled parameters, the bounds of each (physical units), and its distribution between them.

    A parameter is uniform between its bounds unless ``scores`` has its name: then the normal score of
    its place u between the bounds is normal, u = Phi(location + scale z) with z standard normal.

    ``lower`` is exclusive where it is zero: a zero turnover time or e-folding depth makes a
    singular system. Parameters that are not sampled keep their CLM5 default.

    scores : (location, scale) by name
    """

    name: str
    source: str
    bounds: Mapping[str, tuple[float, float]]
    scores: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Sampled parameters, in the order of :data:`PARAMETERS`."""
        return tuple(n for n in NAMES if n in self.bounds)

    @property
    def lower(self) -> np.ndarray:
        """Lower bounds, shape (parameter,)."""
        return np.array([self.bounds[n][0] for n in self.names])

    @property
    def upper(self) -> np.ndarray:
        """Upper bounds, shape (parameter,)."""
        return np.array([self.bounds[n][1] for n in self.names])

    @property
    def location(self) -> np.ndarray:
        """Mean of the normal scores, shape (parameter,); 0 where uniform."""
        return np.array([self.scores.get(n, _UNIFORM)[0] for n in self.names])

    @property
    def scale(self) -> np.ndarray:
        """Standard deviation of the normal scores, shape (parameter,); 1 where uniform."""
        return np.array([self.scores.get(n, _UNIFORM)[1] for n in self.names])

    @property
    def is_uniform(self) -> bool:
        """Whether every parameter is uniform between its bounds."""
        return all(tuple(score) == _UNIFORM for score in self.scores.values())

    @property
    def mean_of_unit(self) -> np.ndarray:
        """Mean in the unit cube, shape (parameter,); 0.5 where uniform."""
        return probit_normal.mean(self.location, self.scale)

    @property
    def sd_of_unit(self) -> np.ndarray:
        """Standard deviation in the unit cube, shape (parameter,); 0.29 where uniform."""
        return probit_normal.sd(self.location, self.scale)

    @property
    def index(self) -> np.ndarray:
        """Position of each sampled parameter in :data:`PARAMETERS`, shape (parameter,)."""
        return np.array([INDEX[n] for n in self.names])

    def to_physical(self, unit: np.ndarray) -> np.ndarray:
        """Map points of the unit cube (..., parameter) to physical values.

        >>> float(PRIORS["proda"].to_physical(np.full(21, 0.5))[2])
        2.1
        """
        return self.lower + np.asarray(unit) * (self.upper - self.lower)

    def to_unit(self, physical: np.ndarray) -> np.ndarray:
        """Map physical values (..., parameter) to the unit cube: the inverse of ``to_physical``."""
        return (np.asarray(physical) - self.lower) / (self.upper - self.lower)

    def unit_of_scores(self, z: np.ndarray) -> np.ndarray:
        """Map standard normal numbers (..., parameter) to the unit cube: draws of this prior."""
        return probit_normal.unit_of_scores(z, self.location, self.scale)

    def scores_of_unit(self, unit: np.ndarray) -> np.ndarray:
        """Map points of the unit cube (..., parameter) to standard normal numbers."""
        return probit_normal.scores_of_unit(unit, self.location, self.scale)

    def log_density(self, unit: np.ndarray) -> np.ndarray:
        """Return the logarithm of the density (...) at points of the unit cube (..., parameter)."""
        return probit_normal.log_density(unit, self.location, self.scale).sum(axis=-1)

    def quantile(self, share: float) -> np.ndarray:
        """Return the quantile (parameter,) of each parameter, physical units.

        >>> float(PRIORS["proda"].quantile(0.5)[2])
        2.1
        """
        score = NormalDist().inv_cdf(share)
        return self.to_physical(self.unit_of_scores(np.full(len(self.names), score)))

    def relative_density(self, name: str, unit: np.ndarray) -> np.ndarray:
        """Return the density of one parameter at places in 0..1 of its bounds; 1 where it is uniform."""
        return np.exp(probit_normal.log_density(unit, *self.scores.get(name, _UNIFORM)))

    def full(self, physical: np.ndarray) -> np.ndarray:
        """Complete sampled values (..., parameter) with defaults to all of :data:`PARAMETERS`."""
        physical = np.asarray(physical, dtype=float)
        complete = np.broadcast_to(DEFAULTS, (*physical.shape[:-1], len(NAMES))).copy()
        complete[..., self.index] = physical
        return complete


_PRODA = {
    "diffus": (3e-5, 5e-4),
    "cryo": (3e-5, 1.6e-3),
    "q10": (1.2, 3.0),
    "efolding": (0.0, 1.0),
    "taucwd": (1.0, 6.0),
    "taul1": (0.0, 0.11),
    "taul2": (0.1, 0.3),
    "tau4s1": (0.0, 1.0),
    "tau4s2": (1.0, 50.0),
    "tau4s3": (200.0, 1000.0),
    "fl1s1": (0.1, 0.8),
    "fl2s1": (0.2, 0.8),
    "fl3s2": (0.2, 0.8),
    "fs1s2": (0.0, 0.4),
    "fs1s3": (0.0, 0.05),
    "fs2s1": (0.1, 0.74),
    "fs2s3": (0.0, 0.1),
    "fs3s1": (0.0, 0.9),
    "fcwdl2": (0.5, 1.0),
    "w_scaling": (0.0, 5.0),
    "beta": (0.5, 0.9999),
}
_BINN = _PRODA | {
    "efolding": (0.1, 1.0),
    "taul1": (1e-4, 0.11),
    "tau4s1": (1e-4, 0.5),
    "tau4s2": (1.0, 10.0),
    "tau4s3": (20.0, 400.0),
    "fs1s2": (1e-4, 0.4),
    "fs1s3": (1e-4, 0.1),
    "fs2s3": (1e-4, 0.1),
    "fs3s1": (1e-4, 0.9),
    "w_scaling": (1e-4, 5.0),
}
_CLM45_18 = {
    name: bounds for name, bounds in _PRODA.items() if name not in ("taucwd", "taul1", "taul2", "w_scaling")
} | {"maxpsi": (-0.015, 0.0), "fs2s1": (0.1, 0.6), "fs3s1": (0.0, 1.0), "fl1s1": (0.2, 0.8)}

# The prior ``informed``: median (physical units) and scale of the normal scores of every parameter.
# Medians are CLM5's defaults [PAR] but for three: efolding is CLM4.5's [CTSM], as 10 m is outside the bounds;
# fs1s2 is CLM5's texture function [CTSM] at 70 % sand, which is inside; beta, of all input and not of
# roots alone, is below the 0.91 to 0.98 of roots (Jackson et al. 1996). Scales were chosen by what profiles
# hold below the observations used (docs/background/priors.md): narrow where they shape the decrease with
# depth, wide where they set its level.
_INFORMED_MEDIANS = {p.name: p.default for p in PARAMETERS if p.name in _PRODA} | {
    "efolding": 0.5,
    "fs1s2": 0.35,
    "beta": 0.9,
}
_INFORMED_SCALES = dict.fromkeys(_PRODA, 0.6) | {"efolding": 0.25, "diffus": 0.4, "cryo": 0.4, "beta": 0.7}


def _informed_scores() -> dict[str, tuple[float, float]]:
    """Return location and scale of the normal scores by name, from the medians in physical units."""
    places = {name: (_INFORMED_MEDIANS[name] - low) / (high - low) for name, (low, high) in _PRODA.items()}
    return {name: (NormalDist().inv_cdf(u), _INFORMED_SCALES[name]) for name, u in places.items()}


PRIORS = MappingProxyType(
    {
        "proda": Prior("proda", "ch37 and the published PRODA code", MappingProxyType(_PRODA)),
        "binn": Prior("binn", "Xu et al. 2025", MappingProxyType(_BINN)),
        "clm45_18": Prior(
            "clm45_18", "the 18-parameter lineage of Tao et al. 2020", MappingProxyType(_CLM45_18)
        ),
        "informed": Prior(
            "informed",
            "CLM5's defaults as medians, within the bounds of proda",
            MappingProxyType(_PRODA),
            MappingProxyType(_informed_scores()),
        ),
    }
)
