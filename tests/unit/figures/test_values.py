"""Claims about single figures: the values of their elements are those of the table."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pandas as pd
import pytest
from bokeh.models import Legend
from pyproj import Geod

from proda_core import figures
from proda_core.comparison.labels import order
from proda_core.comparison.published import SCORES
from proda_core.figures import theme
from proda_core.figures.base_map import base_map
from proda_core.figures.projection import PROJECTIONS
from proda_core.report.picture import picture
from tests.unit.comparison import made_run
from tests.unit.figures.conftest import NAMES


def marks(element, kind, label: str = "") -> list:
    found = element.traverse(lambda mark: mark, [kind])
    return [mark for mark in found if not label or mark.label == label]


def test_the_headline_holds_ours_beside_the_published(frames):
    table = figures.headline(frames["headline"]).dframe().set_index("method")
    ours = frames["headline"].query("part == 'held out'").set_index("method")
    assert table.loc["PRODA", "r2"] == pytest.approx(ours.loc["proda", "r2"])
    assert table.loc["PRODA", "published_rmse"] == SCORES.set_index("method").loc["proda", "rmse"]
    assert figures.headline(None).dframe()["rmse"].isna().all()


def test_scores_are_drawn_at_their_values(frames):
    held = frames["scores"].query("part == 'held out'")
    for score, panel in zip(("r2", "nse", "rmse", "bias"), figures.scores(frames["scores"])):
        (points,) = marks(panel, hv.Points, "held-out sites, 90 % interval")
        assert points[score].tolist() == pytest.approx(held[score].tolist())


def test_all_pairs_inside_the_axes_are_counted(frames):
    frame = frames["density"]
    end = float(np.nanquantile(frame[["observed", "modelled"]].to_numpy(), 0.99))
    for method, panel in zip(order(frame["method"]), figures.density(frame)):
        part = frame[frame["method"] == method]
        (image,) = marks(panel, hv.Image)
        inside = (part[["observed", "modelled"]] <= end).all(axis=1).sum()
        assert np.nansum(image.dimension_values("count")) == pytest.approx(inside, abs=1)


def test_every_method_has_counts_of_its_own_in_the_browser(frames):
    plots = figures.plots(figures.density(frames["density"]))
    images = [next(r for r in plot.renderers if "image" in r.data_source.data) for plot in plots]
    counts = [np.nan_to_num(image.data_source.data["image"][0]) for image in images]
    assert not np.array_equal(counts[0], counts[1])
    row, column = np.nonzero(counts[2])  # modelled = observed + 1
    assert (row >= column).all() and counts[0].sum() > 0


def test_the_regression_line_is_that_of_the_pairs(frames):
    panel = figures.density(frames["density"], methods=("default",)).values()[0]
    fitted = [line for line in marks(panel, hv.Curve)][-1]
    x, y = fitted.dimension_values(0), fitted.dimension_values(1)
    assert y == pytest.approx(1 + 0.5 * x, rel=1e-4)  # as the run was made


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_a_map_has_the_stocks_of_its_cells_in_every_projection(frames, projection):
    frame = frames["maps"].query("product == 'proda' and interval == '0-100'")
    (image,) = marks(figures.maps(frame, projection=projection), hv.Image)
    values = image.dimension_values("stock")
    assert set(values[np.isfinite(values)]) == set(frame["stock"].astype(np.float32))


def test_every_column_of_maps_has_one_scale_that_begins_at_zero(frames):
    drawn = picture(figures.maps(frames["maps"]))
    limits: dict[int, set] = {}
    for axes in drawn.axes:
        spec = axes.get_subplotspec()
        for mark in axes.collections if spec is not None else ():
            if mark.get_array() is not None and len(mark.get_array()):
                limits.setdefault(spec.colspan.start, set()).add(mark.get_clim())
    assert len(limits) == 3 and all(len(found) == 1 for found in limits.values())
    assert all(low == 0 for found in limits.values() for low, _ in found)


def test_a_difference_is_centred_on_zero(frames):
    drawn = picture(figures.difference(frames["difference"]))
    ends = [
        mark.get_clim() for axes in drawn.axes for mark in axes.collections if mark.get_array() is not None
    ]
    assert ends and all(low == -high for low, high in ends)


def test_a_deviation_is_that_of_its_site(frames):
    frame = frames["deviation"]
    panel = figures.deviation(frame, methods=("proda",)).values()[0]
    (points,) = marks(panel, hv.Points)
    found = pd.Series(points.dimension_values("deviation"), points.dimension_values("site")).sort_index()
    part = frame[frame["method"] == "proda"].set_index("site")["deviation"].sort_index()
    assert found.tolist() == pytest.approx(part.tolist())


def test_published_totals_are_drawn_paler_and_only_where_they_can_be_compared(frames):
    def names(frame) -> set:
        return {name for box in marks(figures.totals(frame), hv.Rectangles) for name in box["name"]}

    assert not any("published" in name for name in names(frames["totals"]))
    whole = frames["totals"].assign(comparable=True)
    assert "WISE30sec (published)" in names(whole)
    pale = [box for box in marks(figures.totals(whole), hv.Rectangles) if "published" in box["name"][0]]
    assert pale and all(hv.Store.lookup_options("bokeh", box, "style").kwargs["alpha"] < 0.5 for box in pale)


def test_bars_of_a_product_end_at_its_whole_stock(frames):
    ends = {
        name: end
        for box in marks(figures.totals(frames["totals"]), hv.Rectangles)
        for name, end in zip(box["name"], box["end_end"])
    }
    whole = frames["totals"].query("product == 'proda' and interval == '0-200'")["total"].item()
    assert ends["PRODA"] == pytest.approx(whole)


def test_classes_of_vegetation_say_how_many_profiles_they_have(frames):
    panel = figures.vegetation(frames["vegetation"], interval="0-100").values()[0]
    ticks = [text for _, text in hv.Store.lookup_options("bokeh", panel, "plot").kwargs["xticks"]]
    assert ticks == ["grassland\nn = 12\nof 12", "cropland\nn = 12\nof 12"]
    (points,) = marks(panel, hv.Points, "PRODA")
    assert points["mean"].tolist() == pytest.approx([10.0, 10.0])  # as the run was made


def test_methods_stand_where_correlation_and_spread_put_them(frames):
    element = figures.taylor(frames["taylor"])
    for row in frames["taylor"].itertuples():
        (point,) = [p for p in marks(element, hv.Points) if p.label.startswith(theme.title(row.method))]
        assert np.hypot(point["x"], point["y"]) == pytest.approx([row.sd_ratio])


def test_efficiencies_beyond_the_axis_are_arrows_at_its_edge(frames):
    panel = figures.strata(frames["strata"]).values()[1]
    assert [p["nse"].tolist() for p in marks(panel, hv.Points) if len(p) and not p.label] == [[-1.0]]


def test_intervals_and_their_shares_are_in_per_cent(frames):
    (points,) = marks(figures.coverage(frames["coverage"]), hv.Points)
    assert points["share"].tolist() == pytest.approx((100 * frames["coverage"]["covered"]).tolist())


def test_a_posterior_is_drawn_as_shares_of_its_prior(elements):
    (median,) = marks(elements["posterior"], hv.Points, "median")
    assert ((median["share"] > 0.3) & (median["share"] < 0.7)).all()


def test_a_histogram_of_a_uniform_posterior_is_near_its_prior(elements):
    (boxes,) = marks(elements["histogram"], hv.Rectangles)
    assert boxes["density_end"].mean() == pytest.approx(1.0)


def test_the_best_constrained_parameter_is_on_top(elements):
    ticks = hv.Store.lookup_options("bokeh", elements["identifiability"], "plot").kwargs["yticks"]
    assert [name for _, name in ticks] == NAMES[::-1]


def test_predictions_are_drawn_against_what_was_retrieved(elements, fit):
    (points,) = marks(elements["parameter_fit"], hv.Points, "held-out sites")
    assert points.dimension_values(0).tolist() == fit["retrieved"][:2, 0].tolist()


def test_a_run_is_taken_in_the_place_of_its_table(run):
    element = figures.totals(run, study=made_run.places())
    assert len(marks(element, hv.Rectangles)) == len(marks(figures.totals(run), hv.Rectangles))
    assert "synthetic data" in figures.plots(element)[0].title.text


def test_a_page_gets_figures_without_the_legend_beside_them_and_maps_that_stay_in_proportion(elements):
    plots = figures.plots(elements["maps"])
    assert all(plot.match_aspect and plot.frame_width is None for plot in plots)
    assert len({plot.x_range.id for plot in plots}) == 1
    assert not any(
        isinstance(item, Legend) for plot in figures.plots(elements["strata"]) for item in plot.right
    )


def test_the_legend_in_a_notebook_names_every_mark_of_all_panels(elements):
    *_, last = elements["strata"]
    assert {mark.label for mark in last} >= {"CLM5 default", "PRODA"}


def test_albers_maps_are_equal_area():
    plane = base_map(pd.DataFrame({"lon": [-125.0, -67.0], "lat": [24.0, 50.0]})).plane
    for south in (25.0, 48.0):
        east, north = np.array([0, 0.1, 0.1, 0]), np.array([0, 0, 0.1, 0.1])
        x, y = plane.project(-100 + east, south + north)
        drawn = 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
        true = Geod(ellps="WGS84").polygon_area_perimeter(-100 + east, south + north)[0]
        assert drawn == pytest.approx(true, rel=1e-3)


def test_geoviews_projects_as_the_plane_does():
    base = base_map(pd.DataFrame({"lon": [-125.0, -67.0], "lat": [24.0, 50.0]}))
    import cartopy.crs as ccrs

    theirs = base.crs.transform_point(-80.0, 40.0, ccrs.PlateCarree())
    assert theirs == pytest.approx([float(v) for v in base.plane.project(-80.0, 40.0)], abs=1.0)  # m
