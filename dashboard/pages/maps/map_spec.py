"""What the maps show: layers, interval, comparison, and the cells in view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from bokeh.plotting import figure

from dashboard.pages.maps.map_layers import Layer, difference_layer
from dashboard.state.map_choices import MOST_MAPS

SLOTS: tuple[str, ...] = tuple(f"p{number}" for number in range(MOST_MAPS))  # columns of the shared source
DIFFERENCE_SLOT, SWIPE_SLOTS = "difference", ("before", "after")


@dataclass(frozen=True, eq=False)
class MapSpec:
    """What the session has chosen, resolved for one run.

    in_view : (cell) bool, the cells that the mask leaves
    fine : a map finer than the cells, which is drawn beside the others but not in a swipe
    line : longitude of a swipe's line [degrees]; None for the middle
    """

    layers: tuple[Layer, ...]
    interval: str
    compare: str
    pair: tuple[int, int]
    in_view: np.ndarray
    note: str
    fine: figure | None = None
    line: float | None = None

    @property
    def compared(self) -> tuple[Layer, Layer]:
        """The two layers that are compared."""
        first, second = self.pair
        return self.layers[first], self.layers[second]

    @cached_property
    def difference(self) -> Layer | None:
        """The first of the pair minus the second, if that is chosen and their units are the same."""
        first, second = self.compared
        chosen = self.compare == "difference" and first.unit == second.unit
        return difference_layer(first, second) if chosen else None

    def by_slot(self) -> dict[str, Layer]:
        """Return the layers, and their difference if there is one, by the column that holds their values."""
        difference = self.difference
        shown = dict(zip(SLOTS, self.layers))
        return shown if difference is None else shown | {DIFFERENCE_SLOT: difference}

    def shown_slots(self, layers: Mapping[str, Layer]) -> list[str]:
        """Return the slots that have a map of their own: of a difference the pair and the difference."""
        if self.compare != "difference":
            return list(layers)
        slots = (*(SLOTS[number] for number in self.pair), DIFFERENCE_SLOT)
        return list(dict.fromkeys(slot for slot in slots if slot in layers))

    def values(self) -> dict[str, np.ndarray]:
        """Return the values (cell) of every layer and of the difference by slot; NaN outside the mask."""
        values = {
            slot: np.where(self.in_view, layer.at(self.interval), np.nan).astype(np.float32)
            for slot, layer in zip(SLOTS, self.layers)
        }
        if self.difference is not None:
            first, second = (SLOTS[number] for number in self.pair)
            values[DIFFERENCE_SLOT] = values[first] - values[second]
        return values
