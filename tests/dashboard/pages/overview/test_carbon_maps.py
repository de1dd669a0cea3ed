"""Claims on the maps of the page Overview: one view, one colour scale, totals, what hovering reads."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from bokeh.models import ColorBar, HoverTool

from dashboard.pages.overview.carbon_maps import carbon_maps, set_interval
from proda_core.records.maps import CarbonMap
from proda_core.records.study import Study
from proda_core.vocabulary.depth_intervals import INTERVALS


@pytest.fixture(scope="module")
def carbon(study: Study) -> CarbonMap:
    """Three products on the example's cells: 1, 2 and 3 kgC m-2 times the number of the interval."""
    cells = study.cells_forcing.ds
    count = cells.sizes["site"]
    stock = np.ones((3, len(INTERVALS), count)) * np.arange(1, 4)[:, None, None]
    stock *= np.arange(1, len(INTERVALS) + 1)[None, :, None]
    return CarbonMap(
        xr.Dataset(
            {"stock": (("product", "interval", "cell"), stock)},
            coords={
                "product": ["default", "batch", "proda"],
                "interval": list(INTERVALS),
                "cell": np.arange(count),
                "lon": ("cell", cells["lon"].values),
                "lat": ("cell", cells["lat"].values),
                "cell_area": ("cell", np.full(count, 1e12)),
                "land_fraction": ("cell", np.ones(count)),
            },
        )
    )


def test_the_maps_share_ranges_colours_and_cells(carbon: CarbonMap) -> None:
    maps = carbon_maps(carbon, "0-100", "synthetic data")
    plots = list(maps.plots.values())
    assert [plot.name for plot in plots] == ["map-default", "map-batch", "map-proda"]
    assert len({id(plot.x_range) for plot in plots}) == len({id(plot.y_range) for plot in plots}) == 1
    assert len(maps.source.data["cell"]) == len(carbon.cells)
    assert all("synthetic data" in plot.title.text for plot in plots)


def test_a_map_says_its_total(carbon: CarbonMap) -> None:
    """Expected: 1 kgC m-2 on every cell of 1e12 m2 is 1 PgC per cell; interval number 2 doubles it."""
    maps = carbon_maps(carbon, "0-100")
    assert f"{2.0 * len(carbon.cells):.2f} PgC" in maps.plots["default"].title.text


def test_another_interval_changes_values_colours_and_words_but_not_the_view(carbon: CarbonMap) -> None:
    maps = carbon_maps(carbon, "0-30")
    before = maps.plots["proda"].x_range
    set_interval(maps, carbon, "0-200")
    assert maps.source.data["proda"].tolist() == [9.0] * len(carbon.cells)
    assert maps.mapper.high == 10.0
    assert maps.bar.select_one(ColorBar).title == "soil organic carbon stock, 0–200 cm (kgC m⁻²)"
    assert maps.plots["proda"].x_range is before


def test_hover_reads_all_maps_at_once(carbon: CarbonMap) -> None:
    maps = carbon_maps(carbon, "0-100")
    tips = maps.plots["default"].select_one(HoverTool).tooltips
    assert [name for name, _ in tips[:3]] == ["CLM5 default", "Batch assimilation", "PRODA"]
    assert all("kgC m⁻²" in value for _, value in tips[:3])


def test_hovering_reads_products_whose_names_have_hyphens() -> None:
    """Bokeh reads ``@name`` up to the first sign that is no letter, and ``@{name}`` whole."""
    stock = np.ones((2, len(INTERVALS), 3))
    place = {"lon": ("cell", [-75.25, -74.75, -74.25]), "lat": ("cell", [42.25] * 3)}
    area = {"cell_area": ("cell", np.full(3, 1e9)), "land_fraction": ("cell", np.ones(3))}
    axes = {"product": ["default", "wise-like"], "interval": list(INTERVALS), "cell": np.arange(3)}
    carbon = CarbonMap(
        xr.Dataset({"stock": (("product", "interval", "cell"), stock)}, coords=axes | place | area)
    )
    tips = carbon_maps(carbon, "0-100").plots["default"].select_one(HoverTool).tooltips
    assert [text.partition(" ")[0] for _, text in tips[:2]] == ["@{default}{0.0}", "@{wise-like}{0.0}"]
