"""Claims on the maps: what is drawn is what the run holds, in one scale per quantity, hover reads all."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
import xarray as xr
from bokeh.models import ColumnDataSource, HoverTool

from dashboard.figures import map_layers, map_panes, transect
from dashboard.figures.palette import DIFFERENCE_PALETTE, fitting_limits, symmetric_limits
from dashboard.jobs.map_files import Band, MapFile
from proda_core.records.checks import InputError
from proda_core.records.maps import CarbonMap, ParameterMap
from proda_core.records.study import Study
from proda_core.vocabulary.depth_intervals import INTERVALS
from proda_core.vocabulary.parameters import DEFAULTS, NAMES

LON, LAT = np.array([-80.25, -79.75, -79.25, -79.75]), np.array([43.25, 43.25, 43.25, 43.75])
AREA = np.full(4, 1e12)


@pytest.fixture(scope="module")
def carbon() -> CarbonMap:
    """Two products on four cells: default 1, proda 3 times the number of the interval from one on."""
    factor = np.arange(1.0, len(INTERVALS) + 1)[None, :, None]
    stock = np.array([1.0, 3.0])[:, None, None] * factor * np.ones(4)
    return CarbonMap(
        xr.Dataset(
            {
                "stock": (("product", "interval", "cell"), stock),
                "stock_sd_network": (("product", "interval", "cell"), 0.1 * stock),
            },
            coords={
                "product": ["default", "proda"],
                "interval": list(INTERVALS),
                "cell": np.arange(10, 14),
                "lon": ("cell", LON),
                "lat": ("cell", LAT),
                "cell_area": ("cell", AREA),
                "land_fraction": ("cell", np.ones(4)),
            },
        )
    )


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
    names = [name for name in NAMES if name != "maxpsi"][:21]
    values = np.tile([float(DEFAULTS[NAMES.index(name)]) for name in names], (4, 1))
    record = ParameterMap(
        xr.Dataset(
            {"mean": (("cell", "parameter"), values)},
            coords={
                "cell": np.arange(4),
                "parameter": names,
                "lon": ("cell", LON),
                "lat": ("cell", LAT),
            },
        )
    )
    found = map_layers.parameter_layers(record)
    assert [layer.quantity for layer in found] == names
    assert next(layer for layer in found if layer.quantity == "tau4s3").unit == "yr"
    assert not found[0].by_interval


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
    assert len(DIFFERENCE_PALETTE) % 2 == 1
    other = map_layers.Layer("q10", "proda", "q10", "", xr.DataArray(np.ones(4), dims="cell"))
    with pytest.raises(InputError, match="one unit"):
        map_layers.difference_layer(found, other)


def test_a_stock_is_totalled_and_anything_else_averaged(layers: dict) -> None:
    """Expected: 3 kgC m-2 on four cells of 1e12 m2 are 12 PgC; without one cell 9."""
    values = layers["stock.proda"].at("0-30")
    assert map_layers.in_words(layers["stock.proda"], values, AREA) == "12.00 PgC"
    values[0] = np.nan
    assert map_layers.in_words(layers["stock.proda"], values, AREA) == "9.00 PgC"
    assert map_layers.in_words(layers["stock_sd_network.proda"], values, AREA) == "mean 3 kgC m⁻²"
    assert map_layers.in_words(layers["stock.proda"], np.full(4, np.nan), AREA) == "no value here"


def test_a_product_that_does_not_reach_an_interval_is_empty_there() -> None:
    layer = map_layers.product_layer("wise30sec", np.ones((1, 4)), ("0-100",))
    assert np.isnan(layer.at("30-100")).all()


def test_unknown_layers_of_a_link_are_passed_over(layers: dict) -> None:
    assert map_layers.known_layers(("nothing", "stock.proda"), layers) == ("stock.proda",)
    assert map_layers.known_layers((), layers) == ("stock.default", "stock.proda")


def test_panes_share_ranges_and_cells_and_their_hover_reads_all(layers: dict) -> None:
    columns = map_panes.cell_columns(np.arange(4), LON, LAT)
    source = ColumnDataSource(columns | dict.fromkeys(map_panes.SLOTS, np.ones(4)))
    ranges = map_panes.linked_ranges()
    panes = [map_panes.pane_figure(slot, source, (-80, 43, -79, 44), ranges) for slot in map_panes.SLOTS[:3]]
    assert len({id(pane.plot.x_range) for pane in panes}) == 1
    tips = map_panes.tooltips(["p0", "p1"], list(layers.values())[:2])
    assert [name for name, _ in tips[:2]] == ["CLM5 default", "PRODA"]
    assert all("kgC m⁻²" in value for _, value in tips[:2])
    assert panes[0].plot.select_one(HoverTool) is panes[0].hover


def test_cells_meet_without_gap() -> None:
    columns = map_panes.cell_columns(np.arange(4), LON, LAT)
    np.testing.assert_allclose(columns["right"][:2], columns["left"][1:3], rtol=1e-6)
    np.testing.assert_allclose(columns["top"][1], columns["bottom"][3], rtol=1e-6)


def test_the_swipe_shows_every_cell_once(layers: dict) -> None:
    columns = map_panes.cell_columns(np.arange(4), LON, LAT)
    source = ColumnDataSource(columns | dict.fromkeys(map_panes.SWIPE_SLOTS, np.ones(4)))
    pane = map_panes.swipe_figure(source, (-80, 43, -79, 44), map_panes.linked_ranges())
    west, east = map_panes.split_at(columns, float(columns["left"][2]))
    assert sorted(west + east) == [0, 1, 2, 3]
    pair = [layers["stock.default"], layers["stock.proda"]]
    map_panes.show_swipe(pane, pair, [(0, 6), (0, 6)], "0-100", "synthetic data")
    assert pane.plot.title.text == "CLM5 default (west of the line) | PRODA (east) · synthetic data"
    assert not pane.bars[1].visible


def test_a_transect_crosses_its_row_column_or_line() -> None:
    """Expected: half a degree of longitude at 43.25 N is 0.5 x 111.2 km x cos(43.25 deg) = 40.5 km."""
    rows, distance = transect.stations(LON, LAT, "row", [1])
    assert rows.tolist() == [0, 1, 2]
    np.testing.assert_allclose(distance, [0, 40.5, 81.0], atol=0.1)
    assert transect.stations(LON, LAT, "column", [1])[0].tolist() == [1, 3]
    assert transect.stations(LON, LAT, "line", [0, 3])[0].tolist()[0] == 0


def test_a_transect_names_the_maps_it_cuts(layers: dict) -> None:
    source = ColumnDataSource({name: [] for name in ("distance", "lon", "lat", *map_panes.SLOTS)})
    plot = transect.transect_figure(source, map_panes.SLOTS)
    shown = {"p0": layers["stock.default"], "p1": layers["stock.proda"]}
    transect.show_transect(plot, shown, (0.0, 6.0), "0-100", "")
    visible = [item.label.value for item in plot.legend[0].items if item.visible]
    assert visible == ["CLM5 default", "PRODA"]
    assert plot.yaxis[0].axis_label == "soil carbon stock, 0–100 cm (kgC m⁻²)"


@pytest.mark.parametrize("values", [[], [np.nan], [0.0], [-1.0, -3.0], [5.0, 5.0], [1e-8, 2e-8]])
def test_scales_have_limits_whatever_the_values(values: list[float]) -> None:
    for low, high in (fitting_limits(np.array(values)), symmetric_limits(np.array(values))):
        assert low < high


@pytest.fixture(scope="module")
def file() -> MapFile:
    """One map of four values, one of them missing."""
    band = Band("stock.proda", "soil carbon stock", "kgC m-2", np.array([1.0, 2.0, np.nan, 4.0]))
    return MapFile(np.arange(4), LON, LAT, (band,), {"run": "a", "synthetic": "1"})


def test_a_csv_has_a_row_per_cell_and_says_what_it_is(file: MapFile) -> None:
    text = file.csv().getvalue().decode()
    assert "# run: a" in text and "# stock.proda: soil carbon stock [kgC m-2]" in text
    assert text.count("\n-") == 0 and len([r for r in text.splitlines() if not r.startswith("#")]) == 5


def test_a_netcdf_lies_on_its_grid(file: MapFile, tmp_path) -> None:
    path = tmp_path / "m.nc"
    path.write_bytes(file.netcdf().getvalue())
    with xr.open_dataset(path, engine="h5netcdf") as ds:
        value = ds["stock_proda"].sel(lon=-79.75, lat=43.75)
        assert float(value) == 4.0
        assert ds["stock_proda"].attrs["units"] == "kgC m-2"
        assert ds.attrs["synthetic"] == "1"


def test_a_geotiff_has_its_values_at_their_place(file: MapFile, tmp_path) -> None:
    path = tmp_path / "m.tif"
    path.write_bytes(file.geotiff().getvalue())
    with rasterio.open(path) as tif:
        found = [float(v[0]) for v in tif.sample(list(zip(LON, LAT)))]
        np.testing.assert_allclose(found, [1.0, 2.0, np.nan, 4.0])
        assert tif.crs.to_epsg() == 4326
        assert tif.units == ("kgC m-2",)


def test_observed_stocks_are_averaged_within_their_cell(study: Study) -> None:
    """Expected: of two sites in one cell the mean; the cell of a site holds its coordinates."""
    import pandas as pd

    from dashboard.jobs.run_maps import cell_means, cell_of

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
    where = cell_of(study, record).dropna().astype(int)
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
