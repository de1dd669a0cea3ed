"""Memory layout of the compiled kernel: eight independent columns side by side.

Every quantity is a row of :data:`LANES` numbers, one for each (site, parameter vector) pair, in
one flat buffer: row ``r`` of lane ``l`` is ``work[r * LANES + l]``. A row is one
:mod:`~proda_core.soil_model.vector`; as no operation mixes lanes, the result of a lane does
not depend on the others: results are bitwise the same for any packing of columns.
"""

from __future__ import annotations

import numpy as np

from proda_core.soil_model.vector import LANES
from proda_core.vocabulary.constants import MONTHS
from proda_core.vocabulary.parameters import NAMES

MAX_LAYERS = 20
N_PARAMETERS = len(NAMES)
_MONTH_LAYERS = MAX_LAYERS * MONTHS

# Rows. Those of the forcing keep the order in which `columns.prepare` writes them.
PARAM = 0  # physical parameters, order of the vocabulary
FORCING = PARAM + N_PARAMETERS
WARMTH = FORCING  # (T - 25 C) / 10 K, layer-major: row layer * MONTHS + month
WETNESS = WARMTH + _MONTH_LAYERS  # water scalar, or ln(minpsi / psi)
OXYGEN = WETNESS + _MONTH_LAYERS  # xi_O / 12
NITROGEN = OXYGEN + _MONTH_LAYERS  # xi_O xi_N / 12
UP_BIO = NITROGEN + _MONTH_LAYERS  # upward exchange of a layer per unit diffus [m d-1 / (m2 yr-1)]
UP_CRYO = UP_BIO + MAX_LAYERS  # ... per unit cryo
DOWN_BIO = UP_CRYO + MAX_LAYERS
DOWN_CRYO = DOWN_BIO + MAX_LAYERS
OUT_BIO = DOWN_CRYO + MAX_LAYERS  # what leaves a layer other than downward; UP, but for scheme `authors`
OUT_CRYO = OUT_BIO + MAX_LAYERS
UP_LEAST = OUT_CRYO + MAX_LAYERS  # what CLM's least diffusivity adds where there is no other [m d-1]
DOWN_LEAST = UP_LEAST + MAX_LAYERS
OUT_LEAST = DOWN_LEAST + MAX_LAYERS
ADVECTIVE = OUT_LEAST + MAX_LAYERS  # share of the year in which advection crosses the interface below
ROOTED = ADVECTIVE + MAX_LAYERS  # 1 where carbon input may arrive, else 0
TEXTURE = ROOTED + MAX_LAYERS  # fs1s2 from texture (default run), else 0
INPUT = TEXTURE + MAX_LAYERS  # cwd, litr1..3 [gC m-2 d-1]
FORCING_END = INPUT + 4
FORCING_ROWS = FORCING_END - FORCING

XI_SOIL = FORCING_END  # annual mean xi of cwd and the soil pools, times layer thickness [m]
XI_LITTER = XI_SOIL + MAX_LAYERS
SHARE = XI_LITTER + MAX_LAYERS  # share of the input that arrives in a layer
UP = SHARE + MAX_LAYERS  # [m d-1]
DOWN = UP + MAX_LAYERS
OUT = DOWN + MAX_LAYERS
UP_SLOPE = OUT + MAX_LAYERS  # derivative of UP and DOWN with respect to diffus
DOWN_SLOPE = UP_SLOPE + MAX_LAYERS
METABOLIC = DOWN_SLOPE + MAX_LAYERS  # litr1 [gC m-3]
STRUCTURAL = METABOLIC + MAX_LAYERS  # litr2 and litr3 per unit of their input [d m-1]
SOIL = STRUCTURAL + MAX_LAYERS  # soil1, soil2, soil3 [gC m-3]
SOC = SOIL + 3 * MAX_LAYERS  # their sum
PIVOT_METABOLIC = SOC + MAX_LAYERS  # inverse pivots kept for the adjoint
PIVOT_STRUCTURAL = PIVOT_METABOLIC + MAX_LAYERS
PIVOT_SOIL = PIVOT_STRUCTURAL + MAX_LAYERS  # nine rows a layer: the inverse of its 3 x 3 block
RATE = PIVOT_SOIL + 9 * MAX_LAYERS  # rates and scalars of the lane, see coefficients.rates
RATE_ROWS = 22
COTANGENT = RATE + RATE_ROWS  # weight of each layer's SOC (adjoint input)
ADJOINT = COTANGENT + MAX_LAYERS  # the adjoint's own work: nine rows a layer
XI_SOIL_BAR = ADJOINT + 9 * MAX_LAYERS
XI_LITTER_BAR = XI_SOIL_BAR + MAX_LAYERS
GRADIENT = XI_LITTER_BAR + MAX_LAYERS
WARM = GRADIENT + N_PARAMETERS  # temperature scalars, kept for the adjoint: row layer * MONTHS + month
ROWS = WARM + _MONTH_LAYERS


def empty_work() -> np.ndarray:
    """Make a work buffer for one block of lanes, shape (ROWS * LANES,)."""
    return np.zeros(ROWS * LANES)
