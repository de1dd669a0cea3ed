"""Cells whose covariates are outside those a network was trained on, and in what way."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from sklearn.neighbors import NearestNeighbors

from proda_core.network.encoding import Encoder
from proda_core.records.covariates import Covariates

OUTSIDE: MappingProxyType[int, str] = MappingProxyType(
    {0: "inside", 1: "beyond_range", 2: "unseen_category", 3: "unusual_combination"}
)
QUANTILE = 0.99  # of the training sites' own distances to their nearest neighbours
_JUDGED = 3000  # training sites whose distances make the quantile, at most


def outside(encoder: Encoder, training: Covariates, cells: Covariates) -> np.ndarray:
    """Flag (site,) of :data:`OUTSIDE` for each cell; where several hold, the lowest number above 0.

    1 : a continuous covariate beyond the range of the training sites
    2 : a code with too few training sites for its own embedding
    3 : each covariate by itself is within its range, but the nearest training site is farther away
        than 99 % of the training sites are from theirs (Euclidean, covariates scaled as for the
        network)
    """
    flag = np.where(_distance_ratio(encoder, training, cells) > 1, 3, 0)
    flag = np.where(encoder.unseen(cells) > 0, 2, flag)
    return np.where(encoder.beyond(cells) > 0, 1, flag).astype(np.int8)


def _distance_ratio(encoder: Encoder, training: Covariates, cells: Covariates) -> np.ndarray:
    """Distance of each cell to its nearest training site over the 99 % quantile among training sites."""
    known = np.unique(_scaled(encoder, training), axis=0)  # sites at one place count once
    if len(known) < 3 or known.shape[1] == 0:
        return np.zeros(len(cells))
    near = NearestNeighbors(n_neighbors=2).fit(known)
    judged = known[:: max(1, len(known) // _JUDGED)]
    usual = np.quantile(near.kneighbors(judged)[0][:, 1], QUANTILE)
    return near.kneighbors(_scaled(encoder, cells), n_neighbors=1)[0][:, 0] / max(usual, 1e-12)


def _scaled(encoder: Encoder, covariates: Covariates) -> np.ndarray:
    """Continuous covariates as scaled for the network (site, covariate), gaps filled."""
    return encoder.encode(covariates)[0][:, : len(encoder.continuous)]
