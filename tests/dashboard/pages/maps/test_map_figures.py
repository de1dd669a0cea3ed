"""Claims on the maps: what is drawn is what the run holds, in one scale per quantity, hover reads all."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from bokeh.models import ColumnDataSource, HoverTool, Text

from dashboard.pages.maps import map_layers, map_panes, transect_figure
from dashboard.pages.maps.map_spec import SLOTS, SWIPE_SLOTS
from dashboard.pages.maps.swipe_view import meridian_ends
from dashboard.plots.basemap import box_around
from dashboard.plots.cells import HALF_CELL, cell_columns
from proda_core.figures.projection import PROJECTIONS, Projection
from proda_core.figures.theme import DIVERGING, fitting_limits, symmetric_limits
from proda_core.records.checks import InputError
from proda_core.records.maps import CarbonMap, ParameterMap
from proda_core.records.study import Study
from proda_core.vocabulary.parameters import DEFAULTS, NAMES
from tests.dashboard.pages.maps.small_maps import AREA, LAT, LON, carbon_map


@pytest.fixture(scope="module")
def carbon() -> CarbonMap:
    return carbon_map()


@pytest.fixture(scope="module")
def layers(carbon: CarbonMap) -> dict[str, map_layers.Layer]:
    return {layer.key: layer for layer in map_layers.stock_layers(carbon)}


def test_every_product_and_its_uncertainty_can_be_mapped(layers: dict) -> None:
    assert set(layers) == {
        *("stock.default", "stock.proda"),
        *("stock_sd_network.default", "stock_sd_network.proda"),
    }
    np.testing.assert_allclose(layers["stock.proda"].at("0-100"), 6.0)
    assert layers["stock.proda"].legend("0-100") == "soil carbon stock, 0–100 cm (kgC m⁻²)"


def test_every_parameter_can_be_mapped_with_its_unit() -> None:
    found = map_layers.parameter_layers(_parameters("mean"))
    assert [layer.quantity for layer in found] == _PARAMETERS
    assert next(layer for layer in found if layer.quantity == "tau4s3").unit == "yr"
    assert not found[0].by_interval


_PARAMETERS = [name for name in NAMES if name != "maxpsi"][:21]


def _parameters(*variables: str) -> ParameterMap:
    """The default of every parameter on four cells, for its mean or its spread."""
    values = np.tile([float(DEFAULTS[NAMES.index(name)]) for name in _PARAMETERS], (4, 1))
    coords = {"cell": np.arange(4), "parameter": _PARAMETERS, "lon": ("cell", LON), "lat": ("cell", LAT)}
    return ParameterMap(xr.Dataset({name: (("cell", "parameter"), values) for name in variables}, coords))


def test_no_two_maps_have_the_same_title(carbon: CarbonMap) -> None:
    sd_site = carbon.ds.assign(stock_sd_site=2 * carbon.ds["stock_sd_network"])
    found = map_layers.stock_layers(CarbonMap(sd_site))
    found += map_layers.parameter_layers(_parameters("mean", "sd"))
    titles = [layer.title for layer in found]
    assert len(set(titles)) == len(titles) == 6 + 2 * len(_PARAMETERS)
    assert "PRODA: uncertainty of beta" in titles and "PRODA: stock uncertainty from the profiles" in titles


def test_a_process_is_found_by_its_name_in_the_menu() -> None:
    """Expected: the names of the page Model, which the published definitions stand beside."""
    said = {"residence_time": "years that input spends", "environmental_modifier": "xi_T xi_W xi_D"}
    values = {n: (("product", "cell"), np.ones((1, 4)), {"long_name": words}) for n, words in said.items()}
    found = map_layers.process_layers(xr.Dataset(values, coords={"product": ["proda"]}))
    assert [layer.choice for layer in found] == ["PRODA · residence time", "PRODA · environmental modifier"]
    assert [layer.title for layer in found] == ["PRODA: residence time", "PRODA: environmental modifier"]
    assert found[0].description("0-30") == "PRODA: residence time, years that input spends"
    assert found[0].legend("0-30") == "years that input spends"


def test_processes_are_read_with_their_names_and_units() -> None:
    residence = (("product", "cell"), np.ones((2, 4)), {"units": "yr", "long_name": "residence time"})
    ds = xr.Dataset({"residence_time": residence}, coords={"product": ["default", "proda"]})
    found = map_layers.process_layers(ds)
    assert [layer.key for layer in found] == ["residence_time.default", "residence_time.proda"]
    assert found[0].legend("0-30") == "residence time (yr)"


def test_maps_of_one_quantity_share_their_scale(layers: dict) -> None:
    """Expected: the larger product decides, 6 kgC m-2 in the interval 0-100."""
    pair = [layers["stock.default"], layers["stock.proda"]]
    assert map_layers.scale_limits(pair, "0-100") == {"stock": (0.0, 6.0)}


def test_a_difference_is_centred_on_zero_and_needs_one_unit(layers: dict) -> None:
    found = map_layers.difference_layer(layers["stock.proda"], layers["stock.default"])
    np.testing.assert_allclose(found.at("0-30"), 2.0)
    low, high = map_layers.scale_limits([found], "0-30")["difference"]
    assert low == -high
    assert len(DIVERGING) % 2 == 1
    other = map_layers.Layer("q10", "proda", "q10", "q10", "", xr.DataArray(np.ones(4), dims="cell"))
    with pytest.raises(InputError, match="one unit"):
        map_layers.difference_layer(found, other)


def test_the_default_difference_is_of_one_unit() -> None:
    """Expected: PRODA minus CLM5 default where both are there, else the last two alike."""

    def pair(*keys: str) -> tuple[str, str]:
        units = {"stock": "kgC m⁻²", "residence_time": "yr"}
        parts = [key.split(".") for key in keys]
        made = [
            map_layers.Layer(q, p, q, q, units.get(q, ""), xr.DataArray(np.ones(4), dims="cell"))
            for q, p in parts
        ]
        first, second = map_layers.default_pair(made)
        return keys[first], keys[second]

    stocks = ("stock.default", "stock.batch", "stock.proda", "stock.observed")
    assert pair(*stocks, "q10.proda", "residence_time.proda") == ("stock.proda", "stock.default")
    assert pair("stock.proda", "q10.proda", "stock.default") == ("stock.proda", "stock.default")
    assert pair("stock.batch", "stock.observed", "q10.proda") == ("stock.observed", "stock.batch")
    assert pair("q10.proda", "beta.proda", "residence_time.proda") == ("beta.proda", "q10.proda")
    assert pair("q10.proda", "residence_time.proda") == ("residence_time.proda", "q10.proda")
    assert pair("stock.proda") == ("stock.proda", "stock.proda")


def test_a_difference_of_two_quantities_names_both_and_is_no_total() -> None:
    one = xr.DataArray(np.ones(4), dims="cell")
    q10, beta = (map_layers.Layer(name, "proda", name, name, "", one) for name in ("q10", "beta"))
    assert map_layers.difference_layer(q10, beta).title == "PRODA: q10 − PRODA: beta"
    spread = [map_layers.Layer("stock_sd", p, "spread", "spread", "kgC m⁻²", one) for p in ("proda", "batch")]
    found = map_layers.difference_layer(*spread)
    assert found.title == "PRODA − Batch assimilation: spread"
    assert map_layers.total_text(found, np.ones(4), AREA) == "mean 1 kgC m⁻²"


def test_a_total_of_a_part_of_the_cells_says_of_how_many(layers: dict) -> None:
    """Expected: 3 kgC m-2 on two of three cells in view, 1e12 m2 each, are 6 PgC."""
    in_view, values = np.array([True, True, True, False]), np.array([3.0, 3.0, np.nan, np.nan])
    words = map_layers.total_text(layers["stock.proda"], values, AREA, in_view)
    assert words == "6.00 PgC in 2 of 3 cells"
    assert (
        map_layers.total_text(layers["stock.proda"], np.full(4, 3.0), AREA, np.full(4, True)) == "12.00 PgC"
    )


def test_a_stock_is_totalled_and_anything_else_averaged(layers: dict) -> None:
    """Expected: 3 kgC m-2 on four cells of 1e12 m2 are 12 PgC; without one cell 9."""
    values = layers["stock.proda"].at("0-30")
    assert map_layers.total_text(layers["stock.proda"], values, AREA) == "12.00 PgC"
    values[0] = np.nan
    assert map_layers.total_text(layers["stock.proda"], values, AREA) == "9.00 PgC"
    assert map_layers.total_text(layers["stock_sd_network.proda"], values, AREA) == "mean 3 kgC m⁻²"
    assert map_layers.total_text(layers["stock.proda"], np.full(4, np.nan), AREA) == "no value here"


def test_a_product_that_does_not_reach_an_interval_is_empty_there() -> None:
    layer = map_layers.product_layer("wise30sec", np.ones((1, 4)), ("0-100",))
    assert np.isnan(layer.at("30-100")).all()


def test_unknown_layers_of_a_link_are_ignored(layers: dict) -> None:
    assert map_layers.known_layers(("nothing", "stock.proda"), layers) == ("stock.proda",)
    assert map_layers.known_layers((), layers) == ("stock.default", "stock.proda")


def test_panes_share_ranges_and_cells_and_their_hover_reads_all(layers: dict) -> None:
    frame = _frame(*SLOTS)
    panes = [map_panes.map_pane(slot, frame) for slot in SLOTS[:3]]
    assert len({id(pane.plot.x_range) for pane in panes}) == 1
    tips = map_panes.tooltips(["p0", "p1"], list(layers.values())[:2])
    assert [name for name, _ in tips[:2]] == ["CLM5 default", "PRODA"]
    assert all("kgC m⁻²" in value for _, value in tips[:2])
    assert panes[0].plot.select_one(HoverTool) is panes[0].hover


def _frame(*slots: str, projection: str = "mercator") -> map_panes.MapFrame:
    box = box_around(LON, LAT)
    plane = Projection(projection, box_around(LON, LAT, HALF_CELL))
    columns = cell_columns(np.arange(4), LON, LAT, plane)
    source = ColumnDataSource(columns | dict.fromkeys(slots, np.ones(4)))
    return map_panes.map_frame(source, box, plane)


def test_cells_meet_without_gap_in_albers_projection() -> None:
    """Expected: neighbours in a row share two corners, in a column two others."""
    data = _frame(projection="albers").cells.data
    corners = [list(zip(x, y)) for x, y in zip(data["xs"], data["ys"])]
    assert [corners[0][1], corners[0][2]] == [corners[1][0], corners[1][3]]
    assert [corners[1][3], corners[1][2]] == [corners[3][0], corners[3][1]]


def test_an_albers_map_has_a_graticule_instead_of_axes() -> None:
    plots = {p: map_panes.map_pane("p0", _frame("p0", projection=p)).plot for p in PROJECTIONS}
    assert {name: len(plot.axis) for name, plot in plots.items()} == {
        "mercator": 2,
        "albers": 0,
        "geographic": 2,
    }
    texts = [r for r in plots["albers"].renderers if isinstance(r.glyph, Text)]
    assert {"80°W", "43°N"} & set(texts[-1].data_source.data["text"])


@pytest.mark.parametrize("name", PROJECTIONS)
def test_the_line_of_a_swipe_is_a_meridian(name: str) -> None:
    plane = Projection(name, (-81.0, 43.0, -79.0, 44.0))
    ends = meridian_ends(np.array([-80.5, -79.5]), (-80.25, 43.25, -79.25, 43.75), plane)
    for x, y in ((ends["x0"], ends["y0"]), (ends["x1"], ends["y1"])):
        np.testing.assert_allclose(plane.unproject(x, y)[0], [-80.5, -79.5])


def test_cells_meet_without_gap() -> None:
    columns = cell_columns(np.arange(4), LON, LAT)
    np.testing.assert_allclose(columns["right"][:2], columns["left"][1:3], rtol=1e-6)
    np.testing.assert_allclose(columns["top"][1], columns["bottom"][3], rtol=1e-6)


def test_the_swipe_shows_every_cell_once(layers: dict) -> None:
    pane = map_panes.swipe_pane(_frame(*SWIPE_SLOTS))
    west, east = map_panes.split_rows(LON, -79.5)
    assert (west, east) == ([0, 1, 3], [2])
    pair = [layers["stock.default"], layers["stock.proda"]]
    map_panes.update_swipe(pane, pair, [(0, 6), (0, 6)], "0-100", "synthetic data")
    assert pane.plot.title.text == "CLM5 default (west of the line) | PRODA (east)\nsynthetic data"
    assert not pane.bars[1].visible


def test_a_transect_crosses_its_row_column_or_line() -> None:
    """Expected: half a degree of longitude at 43.25 N is 0.5 x 111.2 km x cos(43.25 deg) = 40.5 km."""
    found = transect_figure.transect(LON, LAT, "row", [1])
    assert found.rows.tolist() == [0, 1, 2]
    np.testing.assert_allclose(found.distance, [0, 40.5, 81.0], atol=0.1)
    assert transect_figure.transect(LON, LAT, "column", [1]).rows.tolist() == [1, 3]
    assert transect_figure.transect(LON, LAT, "line", [0, 3]).rows.tolist()[0] == 0


def test_a_transect_names_the_maps_it_cuts(layers: dict) -> None:
    source = ColumnDataSource({name: [] for name in ("distance", "lon", "lat", *SLOTS)})
    plot = transect_figure.transect_figure(source, SLOTS)
    shown = {"p0": layers["stock.default"], "p1": layers["stock.proda"]}
    transect_figure.update_transect(plot, shown, (0.0, 6.0), "0-100", "")
    visible = [item.label.value for item in plot.legend[0].items if item.visible]
    assert visible == ["CLM5 default", "PRODA"]
    assert plot.yaxis[0].axis_label == "soil carbon stock, 0–100 cm (kgC m⁻²)"


@pytest.mark.parametrize("values", [[], [np.nan], [0.0], [-1.0, -3.0], [5.0, 5.0], [1e-8, 2e-8]])
def test_scales_have_limits_whatever_the_values(values: list[float]) -> None:
    for low, high in (fitting_limits(np.array(values)), symmetric_limits(np.array(values))):
        assert low < high


def test_observed_stocks_are_averaged_within_their_cell(study: Study) -> None:
    """Expected: of two sites in one cell the mean; the cell of a site holds its coordinates."""
    import pandas as pd

    from dashboard.jobs.data.run_maps import cell_index, cell_means

    cells = study.cells_forcing.ds
    record = CarbonMap(
        xr.Dataset(
            {"stock": (("product", "interval", "cell"), np.ones((1, 1, cells.sizes["site"])))},
            coords={
                "product": ["proda"],
                "interval": ["0-30"],
                "cell": cells["site"].values,
                **{n: ("cell", cells[n].values) for n in ("lon", "lat", "cell_area", "land_fraction")},
            },
        )
    )
    where = cell_index(study, record).dropna().astype(int)
    assert len(where) > 0
    ds = study.profiles.ds
    for site, row in where.items():
        index = int(np.flatnonzero(study.sites == site)[0])
        assert abs(float(ds["lon"][index]) - float(cells["lon"][row])) <= 0.25 + 1e-9
        assert abs(float(ds["lat"][index]) - float(cells["lat"][row])) <= 0.25 + 1e-9
    sites = where.index[:2]
    stocks = pd.DataFrame({"site": sites, "interval": "0-30", "observed": [2.0, 4.0]})
    found = cell_means(stocks, study, record)[0]
    wanted = 3.0 if where.iloc[0] == where.iloc[1] else 2.0
    assert found[where.iloc[0]] == wanted
