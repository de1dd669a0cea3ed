"""Claims on the figures of the page Compare: they draw their frame, under one scale, with its unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from bokeh.models import ColorBar, LogColorMapper
from bokeh.plotting import figure

from dashboard.jobs.tasks.comparison_figures import FIGURES
from dashboard.jobs.tasks.figures_json import figures_json
from dashboard.pages.compare.legends import legend_html
from dashboard.plots.elements import figures_from_json, source_of
from proda_core import figures
from proda_core.comparison import taylor as taylor_frame
from proda_core.figures import theme
from proda_core.records.checks import InputError

PLACES = {"lon": np.linspace(-90, -80, 100), "lat": np.linspace(40, 45, 100)}


def draw(name: str, frame: pd.DataFrame, interval: str = "0-100", note: str = "") -> list[figure]:
    """Return the figures of a frame as a session reads them from a worker."""
    return figures_from_json(figures_json(FIGURES[name](frame, interval, note)))


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    """Observed 0..50 kgC m-3; PRODA is the truth, batch half of it, the default twice as much."""
    observed = np.linspace(0.5, 50, 100)
    factors = {"default": 2.0, "batch": 0.5, "proda": 1.0}
    parts = [
        pd.DataFrame({"site": range(100), "observed": observed, "modelled": f * observed, "method": m})
        for m, f in factors.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_the_density_plot_holds_every_pair_and_its_regression_line(pairs: pd.DataFrame) -> None:
    """Expected: modelled = 2 observed has slope 2, intercept 0, R2 1; n is 100 pairs."""
    counted = figures.density_counts(pairs)
    plots = {plot.name: plot for plot in draw("density", counted, note="synthetic data")}
    assert set(plots) == {"density-default", "density-batch", "density-proda"}
    assert plots["density-default"].title.text == "CLM5 default · synthetic data\nR² 1 · slope 2 · n 100"
    counts = next(r for r in plots["density-proda"].renderers if "image" in r.data_source.data)
    assert np.nansum(counts.data_source.data["image"][0]) >= 96
    assert len({id(plot.x_range) for plot in plots.values()}) == 1
    mappers = [plot.select_one(ColorBar).color_mapper for plot in plots.values()]
    assert len({mapper.high for mapper in mappers}) == 1
    assert all(isinstance(mapper, LogColorMapper) for mapper in mappers)
    assert plots["density-proda"].xaxis[0].axis_label == "observed (kgC m⁻³)"


def test_every_pair_falls_on_its_pixel() -> None:
    """Expected: 1,000 observations modelled exactly lie on the diagonal, and all but 1 % are in view."""
    values = np.linspace(0.01, 100, 1000)
    frame = pd.DataFrame({"observed": values, "modelled": values, "method": "proda"})
    counts = figures.density_counts(frame).attrs["shaded"]["counts"]["proda"]
    assert counts.dtype == np.uint32 and counts.sum() == np.trace(counts) == 990


def test_many_pairs_get_a_finer_picture_and_less_memory() -> None:
    values = np.random.default_rng(0).uniform(0, 50, 60_000)
    frame = pd.DataFrame({"observed": values, "modelled": values, "method": "proda", "part": "all"})
    small = figures.density_counts(frame)
    assert small.attrs["shaded"]["counts"]["proda"].shape == (240, 240)
    assert small.memory_usage(deep=True).sum() < 0.6 * frame.memory_usage(deep=True).sum()


@pytest.mark.parametrize("values", [[1.0], [3.0, 3.0]])
def test_values_without_spread_have_no_regression_line(values: list[float]) -> None:
    frame = pd.DataFrame({"observed": values, "modelled": values, "method": "proda"})
    plots = draw("density", figures.density_counts(frame))
    assert [plot.title.text.count("R² –") for plot in plots] == [1]


def test_deviations_share_one_scale_centred_on_zero(pairs: pd.DataFrame) -> None:
    frame = pairs.assign(interval="0-100", **{k: np.tile(v, 3) for k, v in PLACES.items()})
    frame["deviation"] = frame["modelled"] - frame["observed"]
    frame = frame.assign(scaled=0.0, low=0.0, high=0.0)
    plots = {plot.name: plot for plot in draw("deviation_by_depth", frame)}
    mappers = [plot.select_one(ColorBar).color_mapper for plot in plots.values()]
    assert {(m.low, m.high) for m in mappers} == {(-mappers[0].high, mappers[0].high)}
    points = next(r for r in plots["deviation-batch"].renderers if "deviation" in r.data_source.data)
    assert min(points.data_source.data["deviation"]) == pytest.approx(-25)
    title = plots["deviation-batch"].title.text
    assert "mean −12.6" in title or "mean −13" in title


def test_figure_37_2_is_drawn_scaled_by_the_methods_own_quantiles(pairs: pd.DataFrame) -> None:
    frame = pairs.assign(interval="profile", **{k: np.tile(v, 3) for k, v in PLACES.items()})
    frame = frame.assign(deviation=frame["modelled"] - frame["observed"], scaled=0.5, low=-20.0, high=40.0)
    plots = draw("deviation", frame)
    assert {plot.select_one(ColorBar).color_mapper.high for plot in plots} == {1.0}
    assert all("5 %: −20, 95 %: 40 kgC m⁻²" in plot.title.text for plot in plots)
    assert any("whole profile" in plot.select_one(ColorBar).title.replace("\n", " ") for plot in plots)


def test_bars_of_totals_are_stacked_end_to_end() -> None:
    """Expected: slices 98, 81 and 64 PgC end at 243; a product known as a whole only is one bar."""
    rows = [("published", "WISE30sec", i, t) for i, t in (("0-30", 98), ("30-100", 81), ("100-200", 64))]
    rows += [("published", "PRODA, chapter", "0-200", 246), ("this run", "proda", "0-200", 200)]
    frame = pd.DataFrame(rows, columns=["kind", "product", "interval", "total"]).assign(source="a book")
    (plot,) = draw("totals", frame)
    ends = [
        end for r in plot.renderers if "right" in r.data_source.data for end in r.data_source.data["right"]
    ]
    assert set(ends) == {98, 98 + 81, 243, 246, 200}
    names = set(plot.yaxis[0].major_label_overrides.values())
    assert names == {"PRODA", "PRODA, chapter (published)", "WISE30sec (published)"}
    (ours,) = draw("totals", frame.assign(comparable=frame["kind"] == "this run"))
    assert set(ours.yaxis[0].major_label_overrides.values()) == {"PRODA"}
    assert plot.xaxis[0].axis_label == "soil organic carbon (PgC)"


def test_products_are_side_by_side_within_their_class() -> None:
    rows = [
        (c, i, p, 5.0, 4.0, 6.0, 20)
        for c in ("grassland", "evergreen forest")
        for i in ("0-30", "0-100")
        for p in ("observed", "proda")
    ]
    names = ["vegetation", "interval", "product", "mean", "low", "high", "n"]
    (plot,) = draw("vegetation", pd.DataFrame(rows, columns=names).assign(profiles=50), "0-30")
    assert "0–30 cm" in plot.title.text
    classes = [label.split("\nn =")[0] for label in plot.xaxis[0].major_label_overrides.values()]
    assert sorted(classes) == ["evergreen\nforest", "grassland"]
    x = {name: source_of(plot, name).data["position"][0] for name in ("Observed", "PRODA")}
    assert round(x["Observed"]) == round(x["PRODA"]) and x["Observed"] < x["PRODA"]


def test_an_interval_without_stocks_is_a_sentence() -> None:
    frame = pd.DataFrame([("grassland", "0-30", "proda", 5.0, 4.0, 6.0, 20)])
    frame.columns = ["vegetation", "interval", "product", "mean", "low", "high", "n"]
    with pytest.raises(InputError, match="profiles"):
        draw("vegetation", frame, "30-100")


def test_profiles_are_drawn_downward_and_measured_ones_first() -> None:
    rows = [("grassland", d, p, 10.0, 8.0, 12.0, 30) for d in (0.1, 0.5, 1.0) for p in ("proda", "observed")]
    names = ["vegetation", "depth", "product", "median", "low", "high", "n"]
    (plot,) = draw("profiles", pd.DataFrame(rows, columns=names))
    assert plot.y_range.start > plot.y_range.end
    key = legend_html([plot])
    assert "</i>Observed</span>" in key and key.index("Observed") < key.index("PRODA")
    assert not plot.legend


def test_a_method_is_where_its_spread_and_correlation_say() -> None:
    """Expected: distance from the corner is the spread; to the star the centred RMS (law of cosines)."""
    rng = np.random.default_rng(1)
    observed = rng.normal(size=200)
    found = taylor_frame.statistics(observed + rng.normal(size=200), observed)
    (plot,) = draw("taylor", pd.DataFrame([{"method": "proda"} | found]))
    name = next(r.name for r in plot.renderers if r.name and r.name.startswith("PRODA"))
    point = source_of(plot, name).data
    x, y = point["x"][0], point["y"][0]
    assert np.hypot(x, y) == pytest.approx(found["sd_ratio"])
    assert np.hypot(x - 1, y) == pytest.approx(found["centred_rms"])


@pytest.mark.parametrize("name", list(FIGURES))
def test_a_frame_without_rows_is_a_sentence(name: str) -> None:
    columns = ["method", "observed", "modelled", "lon", "lat", "deviation", "kind", "product", "interval"]
    columns += ["place", "stock", "total", "vegetation", "median", "n", "sd_ratio", "correlation", "depth"]
    with pytest.raises(InputError, match="found none"):
        draw(name, pd.DataFrame(columns=[*columns, "source"]))


def test_colours_and_marks_belong_to_products_whatever_the_figure() -> None:
    names = ("observed", "default", "batch", "proda", "end_to_end", "wise30sec_like", "soilgrids-like")
    assert len({theme.colour(name) for name in names}) == len(names)
    assert len({theme.marker(name) for name in names}) == len(names)
