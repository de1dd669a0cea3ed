"""What a map may show: every field of a run on its cells, and the products it is compared with.

A layer is named ``quantity.product``; layers of one quantity share one colour scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from dashboard.figures.palette import fitting_limits, product_title, symmetric_limits
from dashboard.figures.traces import parameter_label
from dashboard.figures.wording import number, unit
from proda_core.records.checks import expect
from proda_core.records.maps import KG_PER_PG, CarbonMap, ParameterMap
from proda_core.vocabulary.depth_intervals import label
from proda_core.vocabulary.parameters import PARAMETERS

STOCK = "stock"
OBSERVED = "observed"
DIFFERENCE = "difference"
FIRST_LAYERS: tuple[str, ...] = ("stock.default", "stock.batch", "stock.proda")
_UNCERTAINTIES = {
    "stock_sd_network": "uncertainty of the stock, from the network",
    "stock_sd_site": "uncertainty of the stock, from the profiles",
}
_MEANINGS = {p.name: p.meaning for p in PARAMETERS}


@dataclass(frozen=True, eq=False)
class Layer:
    """One field on the cells. ``values`` is (cell) or (interval, cell), in ``unit`` as printed."""

    quantity: str
    product: str
    words: str
    unit: str
    values: xr.DataArray

    @property
    def key(self) -> str:
        """Its name in a link."""
        return f"{self.quantity}.{self.product}"

    @property
    def title(self) -> str:
        """Its name on a map."""
        name = product_title(self.product)
        short = self.words.partition(",")[0]
        return name if self.quantity in (STOCK, DIFFERENCE) else f"{name}: {short}"

    @property
    def choice(self) -> str:
        """Its name in a menu."""
        what = STOCK if self.quantity == STOCK else self.words
        return f"{product_title(self.product)} · {what}"

    @property
    def by_interval(self) -> bool:
        """Whether it belongs to a depth interval."""
        return "interval" in self.values.dims

    def at(self, interval: str) -> np.ndarray:
        """Values (cell) in an interval; all NaN where the layer does not reach so deep."""
        values = self.values
        if self.by_interval:
            if interval not in values["interval"].values:
                return np.full(values.sizes["cell"], np.nan, np.float32)
            values = values.sel(interval=interval)
        return values.values.astype(np.float32)

    def legend(self, interval: str) -> str:
        """Words and unit for a colour bar."""
        where = f", {label(interval)}" if self.by_interval else ""
        return f"{self.words}{where}{f' ({self.unit})' if self.unit else ''}"


def stock_layers(carbon: CarbonMap) -> list[Layer]:
    """Stocks of every product of a run, and their uncertainties where the run has them."""
    found = _by_product(carbon.ds["stock"], STOCK, "soil carbon stock")
    for name, words in _UNCERTAINTIES.items():
        if name in carbon.ds:
            found += _by_product(carbon.ds[name], name, words, carbon.ds["stock"].attrs.get("units", ""))
    return found


def product_layer(product: str, stock: np.ndarray, intervals: tuple[str, ...]) -> Layer:
    """Stocks (interval, cell) [kgC m-2] of somebody else, on the cells of a run."""
    values = xr.DataArray(stock, dims=("interval", "cell"), coords={"interval": list(intervals)})
    return Layer(STOCK, product, "soil carbon stock", unit("kgC m-2"), values)


def process_layers(processes: xr.Dataset) -> list[Layer]:
    """Every variable (product, cell) of the bulk processes."""
    found: list[Layer] = []
    for name, variable in processes.data_vars.items():
        if set(variable.dims) == {"product", "cell"}:
            words = str(variable.attrs.get("long_name", str(name).replace("_", " ")))
            found += _by_product(variable, str(name), words)
    return found


def parameter_layers(parameters: ParameterMap) -> list[Layer]:
    """Mean and, where it is there, spread of every parameter."""
    found = []
    for name in map(str, parameters.ds["parameter"].values):
        shown = parameter_label(name).partition(" (")[2].rstrip(")")
        for variable, quantity, words in (
            ("mean", name, f"{name}, {_MEANINGS[name]}"),
            ("sd", f"{name}_sd", f"{name}, its uncertainty"),
        ):
            if variable in parameters.ds:
                values = parameters.ds[variable].sel(parameter=name)
                found.append(Layer(quantity, "proda", words, shown, values))
    return found


def difference_layer(first: Layer, second: Layer) -> Layer:
    """First minus second; InputError where their units differ."""
    expect(
        first.unit == second.unit,
        f"Difference: expected two maps of one unit, found {first.unit or 'a pure number'}"
        f" and {second.unit or 'a pure number'}",
    )
    names = f"{product_title(first.product)} − {product_title(second.product)}"
    a, b = xr.align(first.values, second.values, join="inner", exclude=("cell",))
    words = f"difference, {first.words}" if first.words == second.words else "difference"
    return Layer(
        "difference", names, words, first.unit, a.reset_coords(drop=True) - b.reset_coords(drop=True)
    )


def scale_limits(layers: Iterable[Layer], interval: str) -> dict[str, tuple[float, float]]:
    """Ends of the colour scale of each quantity, so that it fits all of its layers at once."""
    values: dict[str, list[np.ndarray]] = {}
    for layer in layers:
        values.setdefault(layer.quantity, []).append(layer.at(interval))
    return {
        quantity: symmetric_limits(np.concatenate(parts))
        if quantity == DIFFERENCE
        else fitting_limits(np.concatenate(parts))
        for quantity, parts in values.items()
    }


def in_words(layer: Layer, values: np.ndarray, area: np.ndarray) -> str:
    """The total [PgC] of a stock, the area-weighted mean of anything else; ``area`` (cell) [m2] of land.

    >>> layer = product_layer("x", np.ones((1, 2)), ("0-30",))
    >>> in_words(layer, np.array([1.0, np.nan]), np.array([2e12, 1e12]))
    '2.00 PgC'
    """
    known = np.isfinite(values)
    if not known.any() or not area[known].sum() > 0:
        return "no value here"
    if layer.quantity in (STOCK, DIFFERENCE) and layer.unit == unit("kgC m-2"):
        total = float((values[known] * area[known]).sum()) / KG_PER_PG
        return f"{total:+.2f} PgC".replace("-", "−") if layer.quantity == DIFFERENCE else f"{total:.2f} PgC"
    return f"mean {number(float(np.average(values[known], weights=area[known])))} {layer.unit}".strip()


def known_layers(wanted: tuple[str, ...], layers: Mapping[str, Layer]) -> tuple[str, ...]:
    """Those of the wanted layers that are there; the first ones there are if none of them is."""
    found = tuple(key for key in wanted if key in layers)
    return found or tuple(key for key in FIRST_LAYERS if key in layers) or tuple(layers)[:1]


def _by_product(values: xr.DataArray, quantity: str, words: str, units: str = "") -> list[Layer]:
    shown = unit(str(values.attrs.get("units", units) or "1"))
    return [
        Layer(quantity, str(name), words, shown, values.sel(product=name))
        for name in values["product"].values
    ]
