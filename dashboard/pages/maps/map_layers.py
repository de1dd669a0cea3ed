"""Layers of a map: every field of a run on its cells, and the products it is compared with.

A layer is named ``quantity.product``; layers of one quantity share one colour scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from dashboard.jobs.data.run_maps import RunMaps
from dashboard.plots.labels import BULK_PROCESS_TITLES, parameter_label
from dashboard.plots.palette import product_title
from proda_core.comparison.convergence import BATCH, DISAGREE
from proda_core.comparison.identified import is_identified, spread_text
from proda_core.figures.theme import fitting_limits, number, symmetric_limits, unit
from proda_core.records.checks import expect
from proda_core.records.maps import KG_PER_PG, CarbonMap, ParameterMap
from proda_core.vocabulary.depth_intervals import INTERVALS, label
from proda_core.vocabulary.parameters import PARAMETERS

STOCK = "stock"
OBSERVED = "observed"
UNIDENTIFIED_MARK = "(not identified)"  # ends the name of such a parameter in a menu
DIFFERENCE = "difference"
FIRST_LAYERS: tuple[str, ...] = ("stock.default", "stock.batch", "stock.proda")
_UNCERTAINTIES = {
    "stock_sd_network": "stock uncertainty from the network",
    "stock_sd_site": "stock uncertainty from the profiles",
}
_MEANINGS = {p.name: p.meaning for p in PARAMETERS}


@dataclass(frozen=True, eq=False)
class Layer:
    """One field on the cells: its short name, its meaning, its unit as printed.

    values : (cell) or (interval, cell)
    spread_ratio : posterior over prior standard deviation of a parameter; NaN where unknown, or no parameter
    mark : after the name of the product: that the chains of the batch disagree
    """

    quantity: str
    product: str
    name: str
    meaning: str
    unit: str
    values: xr.DataArray
    spread_ratio: float = np.nan
    mark: str = ""

    @property
    def product_title(self) -> str:
        """Its product as on a page."""
        title = product_title(self.product)
        return f"{title} ({self.mark})" if self.mark else title

    @property
    def key(self) -> str:
        """Its name in a link and in a file."""
        return f"{self.quantity}.{self.product}"

    @property
    def title(self) -> str:
        """Its name on a map; a stock is called by its product alone."""
        product = self.product_title
        return f"{product}: {self.name}" if self.name not in ("", STOCK) else product

    @property
    def choice(self) -> str:
        """Its name in a menu."""
        what = self.meaning if self.meaning.startswith(self.name) else self.name
        words = f"{self.product_title} · {what}"
        return words if self.identified else f"{words} {UNIDENTIFIED_MARK}"

    @property
    def identified(self) -> bool:
        """Whether the profiles hold information on it; True of anything but a parameter."""
        return is_identified(self.spread_ratio)

    @property
    def remark(self) -> str:
        """The spread of a parameter as printed on its map, "" for anything else."""
        return spread_text(self.spread_ratio)

    @property
    def by_interval(self) -> bool:
        """Whether it has a value per depth interval."""
        return "interval" in self.values.dims

    def at(self, interval: str) -> np.ndarray:
        """Return the values (cell) in an interval; all NaN where the layer does not reach so deep."""
        values = self.values
        if self.by_interval:
            if interval not in values["interval"].values:
                return np.full(values.sizes["cell"], np.nan, np.float32)
            values = values.sel(interval=interval)
        return values.values.astype(np.float32)

    def legend(self, interval: str) -> str:
        """Return meaning and unit for a colour bar."""
        return f"{self._with_depth(self.meaning, interval)}{f' ({self.unit})' if self.unit else ''}"

    def description(self, interval: str) -> str:
        """Return product, name, meaning and depth in words, for a file."""
        known = set(self.name.split()) <= set(self.meaning.replace(",", "").split())
        what = self.meaning if known else f"{self.name}, {self.meaning}"
        words = f"{self.product_title}: {self._with_depth(what, interval)}"
        return "; ".join(filter(None, (words, self.remark)))

    def _with_depth(self, meaning: str, interval: str) -> str:
        return f"{meaning}, {label(interval)}" if self.by_interval else meaning


def run_layers(maps: RunMaps) -> list[Layer]:
    """Return every layer that a run has: what is found well first, unidentified parameters last."""
    stocks = stock_layers(maps.carbon)
    found = [layer for layer in stocks if layer.quantity == STOCK]
    if maps.observed is not None:
        found.append(product_layer(OBSERVED, maps.observed, tuple(INTERVALS)))
    if maps.processes is not None:
        found += process_layers(maps.processes)
    found += [layer for layer in stocks if layer.quantity != STOCK]
    if maps.parameters is not None:
        parameters = parameter_layers(maps.parameters, maps.spread_ratios)
        found += sorted(parameters, key=lambda layer: not layer.identified)
    mark = DISAGREE if maps.batch_disagrees else ""
    return [replace(layer, mark=mark) if layer.product == BATCH else layer for layer in found]


def stock_layers(carbon: CarbonMap) -> list[Layer]:
    """Return stocks of every product of a run, and their uncertainties where the run has them."""
    found = _by_product(carbon.ds["stock"], STOCK, STOCK, "soil carbon stock")
    for quantity, meaning in _UNCERTAINTIES.items():
        if quantity in carbon.ds:
            units = carbon.ds["stock"].attrs.get("units", "")
            found += _by_product(carbon.ds[quantity], quantity, meaning, meaning, units)
    return found


def product_layer(product: str, stock: np.ndarray, intervals: tuple[str, ...]) -> Layer:
    """Return stocks (interval, cell) [kgC m-2] of a reference product on the cells of a run."""
    values = xr.DataArray(stock, dims=("interval", "cell"), coords={"interval": list(intervals)})
    return Layer(STOCK, product, STOCK, "soil carbon stock", unit("kgC m-2"), values)


def process_layers(processes: xr.Dataset) -> list[Layer]:
    """Return every variable (product, cell) of the bulk processes."""
    found: list[Layer] = []
    for name, variable in processes.data_vars.items():
        if set(variable.dims) == {"product", "cell"}:
            title = BULK_PROCESS_TITLES.get(str(name), str(name).replace("_", " "))
            found += _by_product(variable, str(name), title, str(variable.attrs.get("long_name", title)))
    return found


def parameter_layers(parameters: ParameterMap, ratios: Mapping[str, float] | None = None) -> list[Layer]:
    """Return mean and, where there is one, spread of every parameter.

    ratios : posterior over prior standard deviation by parameter, as far as known
    """
    found = []
    for name in map(str, parameters.ds["parameter"].values):
        shown = parameter_label(name).partition(" (")[2].rstrip(")")
        spread = f"uncertainty of {name}"
        for variable, quantity, title, meaning in (
            ("mean", name, name, f"{name}, {_MEANINGS[name]}"),
            ("sd", f"{name}_sd", spread, spread),
        ):
            if variable in parameters.ds:
                values = parameters.ds[variable].sel(parameter=name)
                ratio = (ratios or {}).get(name, np.nan)
                found.append(Layer(quantity, "proda", title, meaning, shown, values, ratio))
    return found


def expect_one_unit(first: Layer, second: Layer) -> None:
    """Raise InputError where two layers have no difference, because their units differ."""
    expect(
        first.unit == second.unit,
        f"Difference: expected two maps of one unit, found {first.unit or 'a pure number'}"
        f" and {second.unit or 'a pure number'}",
    )


def difference_layer(first: Layer, second: Layer) -> Layer:
    """Return first minus second; InputError where their units differ."""
    expect_one_unit(first, second)
    alike = first.quantity == second.quantity
    names = [layer.product_title if alike else layer.title for layer in (first, second)]
    a, b = xr.align(first.values, second.values, join="inner", exclude=("cell",))
    return Layer(
        DIFFERENCE,
        " − ".join(names),
        first.name if alike else "",
        f"difference, {first.meaning}" if alike else "difference",
        first.unit,
        a.reset_coords(drop=True) - b.reset_coords(drop=True),
    )


def default_pair(layers: Sequence[Layer]) -> tuple[int, int]:
    """Return which layer is subtracted from which by default: PRODA minus CLM5 default where both are there.

    Otherwise the last one minus the one before it of the same quantity, or else of the same unit; without
    such a pair the last one minus the first.
    """
    pairs = [(late, early) for late in range(len(layers) - 1, 0, -1) for early in range(late - 1, -1, -1)]
    alike = [pair for pair in pairs if len({layers[number].quantity for number in pair}) == 1]
    for late, early in alike:
        if {layers[late].product, layers[early].product} == {"proda", "default"}:
            return (late, early) if layers[late].product == "proda" else (early, late)
    same_unit = (pair for pair in pairs if len({layers[number].unit for number in pair}) == 1)
    return next(iter(alike), None) or next(same_unit, (len(layers) - 1, 0))


def scale_limits(layers: Iterable[Layer], interval: str) -> dict[str, tuple[float, float]]:
    """Return the ends of the colour scale of each quantity, fitted to all of its layers at once."""
    values: dict[str, list[np.ndarray]] = {}
    for layer in layers:
        values.setdefault(layer.quantity, []).append(layer.at(interval))
    return {
        quantity: symmetric_limits(np.concatenate(parts))
        if quantity == DIFFERENCE
        else fitting_limits(np.concatenate(parts))
        for quantity, parts in values.items()
    }


def total_text(layer: Layer, values: np.ndarray, area: np.ndarray, in_view: np.ndarray | None = None) -> str:
    """Return the total [PgC] of a stock, the area-weighted mean of anything else.

    area : (cell) [m2] of land on the sphere, whatever the projection of the map
    in_view : (cell) bool; the text says of how many cells it is if some of them have no value

    >>> layer = product_layer("x", np.ones((1, 2)), ("0-30",))
    >>> total_text(layer, np.array([1.0, np.nan]), np.array([2e12, 1e12]), np.array([True, True]))
    '2.00 PgC in 1 of 2 cells'
    """
    known = np.isfinite(values)
    if not known.any() or not area[known].sum() > 0:
        return "no value here"
    every = int(known.sum() if in_view is None else in_view.sum())
    part = f" in {known.sum():,} of {every:,} cells" if known.sum() < every else ""
    if layer.name == STOCK and layer.unit == unit("kgC m-2"):
        total = float((values[known] * area[known]).sum()) / KG_PER_PG
        sign = "+" if layer.quantity == DIFFERENCE else ""
        return f"{total:{sign}.2f} PgC{part}".replace("-", "−")
    mean = number(float(np.average(values[known], weights=area[known])))
    return f"{f'mean {mean} {layer.unit}'.strip()}{part}"


def known_layers(wanted: tuple[str, ...], layers: Mapping[str, Layer]) -> tuple[str, ...]:
    """Return those of the wanted layers that are available; the usual three if none of them is."""
    found = tuple(key for key in wanted if key in layers)
    return found or tuple(key for key in FIRST_LAYERS if key in layers) or tuple(layers)[:1]


def _by_product(values: xr.DataArray, quantity: str, name: str, meaning: str, units: str = "") -> list[Layer]:
    shown = unit(str(values.attrs.get("units", units) or "1"))
    return [
        Layer(quantity, str(product), name, meaning, shown, values.sel(product=product))
        for product in values["product"].values
    ]
