"""The two layer grids of the soil column, in metres, depth positive downward.

Sources: ``clm45_10`` is CLM4.5's z_j = 0.025 (exp(0.5 (j - 0.5)) - 1); ``clm5_20`` is the table
of CLM5's 20 soil layers with the first bedrock layer below [CTSM].
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np


@dataclass(frozen=True)
class LayerGrid:
    """A column of soil layers.

    node : depth of the layer nodes, shape (layer + 1,) [m]; the last is the node below the column
    thickness : shape (layer,) [m]
    bottom : depth of the interface under each layer, shape (layer + 1,) [m]; the last lies below
        the column and is used only by the permafrost rule
    """

    name: str
    node: np.ndarray
    thickness: np.ndarray
    bottom: np.ndarray

    def __post_init__(self) -> None:
        for array in (self.node, self.thickness, self.bottom):
            array.flags.writeable = False

    @property
    def size(self) -> int:
        """Number of layers."""
        return len(self.thickness)

    @property
    def layer_node(self) -> np.ndarray:
        """Node depths of the layers of the column only, shape (layer,) [m]."""
        return self.node[: self.size]

    @property
    def layer_bottom(self) -> np.ndarray:
        """Bottoms of the layers of the column only, shape (layer,) [m]."""
        return self.bottom[: self.size]


def _clm45_10() -> LayerGrid:
    node = 0.025 * (np.exp(0.5 * (np.arange(1, 13) - 0.5)) - 1.0)
    bottom = 0.5 * (node[:11] + node[1:12])
    thickness = np.diff(np.concatenate([[0.0], bottom[:10]]))
    return LayerGrid("clm45_10", node[:11].copy(), thickness, bottom)


def _clm5_20() -> LayerGrid:
    # fmt: off
    thickness = np.array([.02, .04, .06, .08, .12, .16, .20, .24, .28, .32,
                          .36, .40, .44, .54, .64, .74, .84, .94, 1.04, 1.14])
    node = np.array([.01, .04, .09, .16, .26, .40, .58, .80, 1.06, 1.36, 1.70,
                     2.08, 2.50, 2.99, 3.58, 4.27, 5.06, 5.95, 6.94, 8.03, 9.795])
    bottom = np.array([.02, .06, .12, .20, .32, .48, .68, .92, 1.20, 1.52, 1.88,
                       2.28, 2.72, 3.26, 3.90, 4.64, 5.48, 6.42, 7.46, 8.60, 10.99])
    # fmt: on
    return LayerGrid("clm5_20", node, thickness, bottom)


GRIDS = MappingProxyType({"clm45_10": _clm45_10(), "clm5_20": _clm5_20()})


def grid_of_size(layers: int) -> LayerGrid:
    """Return the grid with so many layers.

    >>> grid_of_size(10).name
    'clm45_10'
    """
    return next(grid for grid in GRIDS.values() if grid.size == layers)
