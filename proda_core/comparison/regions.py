"""Regions of the conterminous United States in which results are compared.

Six groups of states, as in surveys of soil carbon; for a data set in fewer than three of them, the
states.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

import numpy as np
import shapely

from proda_core.sources.borders import NOT_CONTERMINOUS, states

LEAST_REGIONS = 3
ELSEWHERE = "elsewhere"
REGIONS = MappingProxyType(
    {
        "Northeast": "CT DC DE MA MD ME NH NJ NY PA RI VT WV",
        "North Central": "IA IL IN KS MI MN MO ND NE OH SD WI",
        "Southeast": "AL FL GA KY MS NC SC TN VA",
        "South Central": "AR LA OK TX",
        "Northwest": "ID MT OR WA WY",
        "Southwest": "AZ CA CO NM NV UT",
    }
)
_REGION_OF = {code: name for name, codes in REGIONS.items() for code in codes.split()}
_DETAIL = 0.01  # degrees, about a kilometre
_REACH = 0.5  # degrees, largest distance from a border of a point that belongs to the state


def region_of(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Name of the region, or postal code of the state where few regions occur, shape (place,).

    >>> region_of(np.array([-75.0, -76.0]), np.array([43.0, 41.0])).tolist()
    ['NY', 'PA']
    """
    state = state_of(lon, lat)
    region = np.array([_REGION_OF.get(code, ELSEWHERE) for code in state], dtype=object)
    return region if len(set(region) - {ELSEWHERE}) >= LEAST_REGIONS else state


def state_of(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Postal code of the state that contains each point, or the nearest one within half a degree."""
    codes, tree = _shapes()
    points = shapely.points(np.asarray(lon, float), np.asarray(lat, float))
    found = np.full(len(points), ELSEWHERE, dtype=object)
    near, which = tree.query_nearest(points, max_distance=_REACH, all_matches=False)
    found[near] = np.array(codes, dtype=object)[which]
    return found


@lru_cache(maxsize=1)
def _shapes() -> tuple[list[str], shapely.STRtree]:
    kept = {code: shape for code, shape in states().items() if code not in NOT_CONTERMINOUS}
    return list(kept), shapely.STRtree([shapely.simplify(shape, _DETAIL) for shape in kept.values()])
