"""Claims on maps of parameters: each states how far the profiles identify it."""

from __future__ import annotations

import numpy as np
import xarray as xr
from bokeh.models import ColumnDataSource

from dashboard.jobs.data.run_maps import RunMaps
from dashboard.pages.maps import map_layers, map_panes
from dashboard.pages.maps.parameters_table import parameters_table
from dashboard.plots.basemap import box_around
from dashboard.plots.cells import cell_columns
from proda_core.records.maps import ParameterMap
from proda_core.vocabulary.parameters import DEFAULTS, NAMES
from tests.dashboard.pages.maps.small_maps import LAT, LON, carbon_map

_PARAMETERS = [name for name in NAMES if name != "maxpsi"][:21]


def _parameters(*variables: str) -> ParameterMap:
    """The default of every parameter on four cells."""
    values = np.tile([float(DEFAULTS[NAMES.index(name)]) for name in _PARAMETERS], (4, 1))
    coords = {"cell": np.arange(4), "parameter": _PARAMETERS, "lon": ("cell", LON), "lat": ("cell", LAT)}
    return ParameterMap(xr.Dataset({name: (("cell", "parameter"), values) for name in variables}, coords))


def _frame() -> map_panes.MapFrame:
    columns = cell_columns(np.arange(4), LON, LAT) | {"p0": np.ones(4)}
    return map_panes.map_frame(ColumnDataSource(columns), box_around(LON, LAT))


RATIOS = {name: 0.96 for name in _PARAMETERS} | {"diffus": 0.4}


def test_a_parameter_map_states_its_spread_and_unidentified_ones_are_last() -> None:
    processes = xr.Dataset(
        {"residence_time": (("product", "cell"), np.ones((1, 4)))}, coords={"product": ["proda"]}
    )
    found = map_layers.run_layers(RunMaps(carbon_map(), _parameters("mean"), processes, None, RATIOS))
    keys = [layer.key for layer in found]
    assert (
        keys.index("residence_time.proda") < keys.index("stock_sd_network.proda") < keys.index("diffus.proda")
    )
    assert keys.index("diffus.proda") < keys.index("q10.proda") and keys[-1] != "diffus.proda"
    by_key = {layer.key: layer for layer in found}
    assert by_key["diffus.proda"].identified and by_key["stock.proda"].identified
    assert by_key["q10.proda"].remark == "posterior/prior spread 0.96: not identified"
    assert by_key["diffus.proda"].remark == "posterior/prior spread 0.40"
    assert by_key["q10.proda"].choice.endswith("(not identified)") and by_key["stock.proda"].remark == ""
    assert by_key["q10.proda"].description("0-30").endswith("not identified")


def test_the_title_of_a_parameter_map_holds_its_spread() -> None:
    (layer,) = [x for x in map_layers.parameter_layers(_parameters("mean"), RATIOS) if x.quantity == "q10"]
    pane = map_panes.map_pane("p0", _frame())
    map_panes.update_pane(pane, layer, (0.0, 1.0), "0-30", "mean 2")
    assert pane.plot.title.text.split("\n")[1:] == ["mean 2", "posterior/prior spread 0.96: not identified"]


def test_the_table_of_a_cell_has_the_spread_of_every_parameter() -> None:
    html = parameters_table(_parameters("mean"), 0, RATIOS)
    assert html.count(">0.96<") == len(_PARAMETERS) - 1 and ">0.40<" in html
    assert html.index("diffus") < html.index("cryo") and "hold almost no information" in html
    assert "hold almost no information" not in parameters_table(_parameters("mean"), 0)
