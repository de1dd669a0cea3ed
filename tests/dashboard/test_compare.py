"""Claims on the page Compare: figures draw their frame, frames come from the run, CSV states units."""

from __future__ import annotations

import time
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import panel as pn
import pytest
import xarray as xr
from bokeh.models import ColorBar, ColumnDataSource
from bokeh.plotting import figure

from dashboard.jobs.job import Job
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.comparison import FRAMES
from dashboard.jobs.tasks.density_shading import shaded
from dashboard.jobs.workers import Workers
from dashboard.pages.compare import (
    density_figure,
    depth_profile_figure,
    deviation_figure,
    figure_style,
    taylor_figure,
    totals_figure,
    vegetation_figure,
)
from dashboard.pages.compare.figure_layout import csv_text, drawn
from dashboard.pages.compare.page import ComparePage
from dashboard.pages.compare.score_tables import coverage_table, strata_table
from dashboard.state.compare_choices import FIGURES, CompareChoices
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from proda_core.comparison import taylor as taylor_frame
from proda_core.records.study import Study
from proda_core.runs import start

METHODS = ("default", "batch", "proda")


def _source(plot: figure, name: str) -> ColumnDataSource:
    return next(r.data_source for r in plot.renderers if r.data_source.name == name)


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


@pytest.fixture
def compared_run(study: Study, data_directory: Path) -> str:
    """A run of the example with its pairs, stocks and split: the last half of the sites is held out."""
    run = start(data_directory / "runs" / "done", study, {"schedule": "quick", "seed": 5, "prior": "proda"})
    sites = study.assimilable()
    rng = np.random.default_rng(0)
    observed = rng.uniform(2, 40, len(sites))
    methods = {name: observed * rng.uniform(0.6, 1.4, len(sites)) for name in (*METHODS, "site_level")}
    table = pd.DataFrame({"site": sites, "depth": 0.2, "observed": observed, **methods})
    table.to_csv(run.path("pairs"), index=False)
    stocks = table.drop(columns="depth").assign(interval="0-100")
    stocks[["site", "interval", "observed", *methods]].to_csv(run.path("stocks"), index=False)
    part = np.where(np.arange(len(sites)) < len(sites) // 2, "train", "test")
    split = xr.Dataset({"split": ("profile", part)}, {"profile": sites})
    split.to_netcdf(run.path("split"), engine="h5netcdf")
    return "done"


def test_the_density_plot_holds_every_pair_and_its_regression_line(pairs: pd.DataFrame) -> None:
    """Expected: modelled = 2 observed has slope 2, intercept 0, R2 1; n is 100 pairs."""
    plots = {plot.name: plot for plot in density_figure.density_figures(shaded(pairs), "synthetic data")}
    assert set(plots) == {"density-default", "density-batch", "density-proda"}
    assert plots["density-default"].title.text == "CLM5 default · synthetic data\nR² 1 · slope 2 · n 100"
    assert _source(plots["density-proda"], "counts-proda").data["image"][0].sum() >= 96
    assert len({id(plot.x_range) for plot in plots.values()}) == 1
    assert len({plot.select_one(ColorBar).color_mapper.high for plot in plots.values()}) == 1
    assert plots["density-proda"].xaxis[0].axis_label == "observed (kgC m⁻³)"
    assert "log scale" in plots["density-proda"].select_one(ColorBar).title


def test_every_pair_falls_on_its_pixel() -> None:
    """Expected: 1,000 observations modelled exactly lie on the diagonal, and all but 1 % are in view."""
    values = np.linspace(0.01, 100, 1000)
    frame = pd.DataFrame({"observed": values, "modelled": values, "method": "proda"})
    counts = shaded(frame).attrs["shaded"]["counts"]["proda"]
    assert counts.dtype == np.uint32 and counts.sum() == np.trace(counts) == 990


def test_many_pairs_get_a_finer_picture_and_less_memory() -> None:
    values = np.random.default_rng(0).uniform(0, 50, 60_000)
    frame = pd.DataFrame({"observed": values, "modelled": values, "method": "proda", "part": "all"})
    small = shaded(frame)
    assert small.attrs["shaded"]["counts"]["proda"].shape == (240, 240)
    assert small.memory_usage(deep=True).sum() < 0.6 * frame.memory_usage(deep=True).sum()


@pytest.mark.parametrize("values", [[], [1.0], [3.0, 3.0]])
def test_a_line_without_spread_is_not_made_up(values: list[float]) -> None:
    frame = pd.DataFrame({"observed": values, "modelled": values, "method": "proda"})
    plots = density_figure.density_figures(shaded(frame))
    assert [plot.title.text.count("R² –") for plot in plots] == ([1] if values else [])


def test_deviations_share_one_scale_centred_on_zero(pairs: pd.DataFrame) -> None:
    places = {"lon": np.linspace(-90, -80, 100), "lat": np.linspace(40, 45, 100)}
    frame = pairs.assign(**{k: np.tile(v, 3) for k, v in places.items()})
    frame["deviation"] = frame["modelled"] - frame["observed"]
    plots = deviation_figure.deviation_figures(frame)
    mappers = [plot.select_one(ColorBar).color_mapper for plot in plots]
    assert {(m.low, m.high) for m in mappers} == {(-mappers[0].high, mappers[0].high)}
    assert _source(plots[1], "deviations-batch").data["deviation"][-1] == pytest.approx(-25)
    assert "mean −12.6" in plots[1].title.text or "mean −13" in plots[1].title.text


def test_bars_of_totals_are_laid_end_to_end() -> None:
    """Expected: slices 98, 81 and 64 PgC end at 243; a product known as a whole only is one bar."""
    rows = [("published", "WISE30sec", i, t) for i, t in (("0-30", 98), ("30-100", 81), ("100-200", 64))]
    rows += [("published", "PRODA, chapter", "0-200", 246), ("this run", "proda", "0-200", 200)]
    frame = pd.DataFrame(rows, columns=["kind", "product", "interval", "total"]).assign(source="a book")
    columns = totals_figure.bar_columns(frame)
    assert columns["end"][:3] == [98, 179, 243]
    assert columns["name"][3:] == ["PRODA, chapter (published)", "PRODA"]
    (plot,) = totals_figure.totals_figures(frame)
    assert list(plot.y_range.factors) == ["PRODA", "PRODA, chapter (published)", "WISE30sec (published)"]
    (ours,) = totals_figure.totals_figures(frame.assign(comparable=frame["kind"] == "this run"))
    assert list(ours.y_range.factors) == ["PRODA"]
    assert plot.xaxis[0].axis_label == "soil organic carbon (PgC)"


def test_products_stand_side_by_side_within_their_class() -> None:
    rows = [
        (c, i, p, 5.0, 4.0, 6.0, 20)
        for c in ("Grass", "Forest")
        for i in ("0-30", "0-100")
        for p in ("observed", "proda")
    ]
    names = ["vegetation", "interval", "product", "mean", "low", "high", "n"]
    frame = pd.DataFrame(rows, columns=names)
    (plot,) = vegetation_figure.vegetation_figures(frame, "0-30")
    assert "0–30 cm" in plot.title.text and list(plot.x_range.factors) == ["Grass", "Forest"]
    (other,) = vegetation_figure.vegetation_figures(frame, "30-100")
    assert "0–30 cm" in other.title.text
    xs = {p: _source(plot, f"vegetation-{p}").data["x"][0][1] for p in ("observed", "proda")}
    assert xs["observed"] < 0 < xs["proda"]


def test_profiles_are_drawn_downward_and_measured_ones_first() -> None:
    rows = [("Grass", d, p, 10.0, 8.0, 12.0, 30) for d in (0.1, 0.5) for p in ("proda", "observed")]
    names = ["vegetation", "depth", "product", "median", "low", "high", "n"]
    frame = pd.DataFrame(rows, columns=names)
    (plot,) = depth_profile_figure.depth_figures(frame)
    assert plot.y_range.start > plot.y_range.end
    assert figure_style.legend_words(["observed"]).endswith("</i>Observed</span>")


def test_a_method_stands_where_its_spread_and_correlation_say() -> None:
    """Expected: distance from the corner is the spread; to the star the centred RMS (law of cosines)."""
    rng = np.random.default_rng(1)
    observed = rng.normal(size=200)
    found = taylor_frame.statistics(observed + rng.normal(size=200), observed)
    x, y = taylor_figure.place(found["sd_ratio"], found["correlation"])
    assert np.hypot(x, y) == pytest.approx(found["sd_ratio"])
    assert np.hypot(x - 1, y) == pytest.approx(found["centred_rms"])
    frame = pd.DataFrame([{"method": "proda"} | found])
    (plot,) = taylor_figure.taylor_figures(frame)
    assert _source(plot, "taylor-proda").data["n"] == [200]


@pytest.mark.parametrize(
    "name", [name for name in FIGURES if name not in ("table", "regions", "classes", "coverage")]
)
def test_a_frame_without_rows_is_a_sentence(name: str) -> None:
    columns = ["method", "observed", "modelled", "lon", "lat", "deviation", "kind", "product", "interval"]
    more = [
        "place",
        "stock",
        "total",
        "vegetation",
        "median",
        "n",
        "sd_ratio",
        "correlation",
        "depth",
        "source",
    ]
    empty = pd.DataFrame(columns=[*columns, *more])
    assert "too little" in drawn(name, empty, "0-100", "").object


def test_tables_escape_their_words_and_mark_what_is_unknown() -> None:
    row = {"region": "<b>x", "method": "proda", "r2": np.nan, "nse": 0.1, "rmse": 1.0, "bias": -2.0}
    html = strata_table(pd.DataFrame([row | {"profiles": 12}]), "region")
    assert "<b>x<" not in html and "–" in html and "−2" in html
    assert "Too few" in strata_table(pd.DataFrame(columns=["region", "method"]), "region")
    cover = {"product": "proda", "quantity": "stock", "spread": "site", "level": 0.9, "covered": np.nan}
    assert "90%" in coverage_table(pd.DataFrame([cover | {"n": 0, "width": np.nan}]))


def test_colours_belong_to_products_whatever_the_figure() -> None:
    names = ("observed", "default", "batch", "proda", "end_to_end", "wise30sec_like", "soilgrids-like")
    assert len({figure_style.colour(name) for name in names}) == len(names)


def test_every_figure_has_a_frame() -> None:
    assert set(FIGURES) == set(FRAMES)


def test_a_table_for_others_states_its_units() -> None:
    frame = pd.DataFrame({"depth": [0.5], "method": ["proda"]})
    frame.attrs["units"] = {"depth": "m", "method": "1"}
    assert csv_text(frame) == "depth [m],method\n0.5,proda\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [("", ()), ("a,b", ("a", "b")), ("../x, a", ("a",)), ("a,a,b,c", ("a", "b")), ("<b>,.x,a/b", ())],
)
def test_runs_of_a_link_are_names(text: str, names: tuple[str, ...]) -> None:
    assert CompareChoices(compared=text).further_runs() == names


def _page(services: Services, **choices: object) -> ComparePage:
    return ComparePage(services, SessionState(**{"page": "compare", "data": "example"} | choices), Help())


def _settle(page: ComparePage, seconds: float = 240.0) -> None:
    end = time.monotonic() + seconds
    while not page._look() and time.monotonic() < end:
        time.sleep(0.05)
    assert page._look(), f"not within {seconds} s"


def _wait_until_over(job: Job, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not job.state.ended and time.monotonic() < end:
        time.sleep(0.05)


def _words(page: ComparePage) -> str:
    return " ".join(str(getattr(pane, "object", "")) for pane in page.view.select(pn.pane.base.PaneBase))


@pytest.fixture
def with_map(compared_run: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The run counts as one with maps."""
    monkeypatch.setattr(
        "dashboard.jobs.runs.Runs.with_maps",
        lambda self, data: tuple(choice for choice in self.all() if choice.study == data),
    )
    return compared_run


def test_without_a_run_the_page_says_what_to_do(services: Services) -> None:
    assert "No finished run of this data set yet" in _words(_page(services))


def test_figures_of_a_run_come_from_a_worker_and_go_out_as_csv(services: Services, with_map: str) -> None:
    page = _page(services)
    _settle(page)
    assert "Table 37.1" in _words(page)
    page._figure.value = "density"
    assert page._session.figure == "density"
    _settle(page)
    plots = [pane.object.name for pane in page.view.select(pn.pane.Bokeh)]
    assert plots == [f"density-{method}" for method in METHODS]
    assert page._runs[0]._table().getvalue().startswith("site,depth [m],part,method")
    page._part.value = "all"
    _settle(page)
    assert page._session.part == "all"


def test_a_finished_run_is_compared_while_the_workers_are_busy(
    data_directory: Path, workers: Workers, tasks: ModuleType, with_map: str
) -> None:
    """A fresh server compiles the model first, a minute or more: nobody who only reads waits for that."""
    busy = Workers(1)
    long = Job(busy, "count", tasks.count, 10_000, 0.05).start()
    try:
        page = _page(Services(workers=busy, read_workers=workers, default_data="example"))
        _settle(page)
        assert "Table 37.1" in _words(page)
        assert not long.state.ended
    finally:
        long.cancel()
        _wait_until_over(long)
        busy.close()


def test_a_stage_that_is_missing_is_a_sentence_and_the_next_figure_works(
    services: Services, with_map: str
) -> None:
    page = _page(services, figure="totals")
    _settle(page)
    assert r"expected stage carbon\_map to be finished" in _words(page)  # Markdown
    page._session.figure = "taylor"
    _settle(page)
    assert [pane.object.name for pane in page.view.select(pn.pane.Bokeh)] == ["taylor"]


def test_a_run_of_a_link_that_is_gone_is_told(services: Services, with_map: str) -> None:
    page = _page(services, compared="gone")
    assert "no run gone here" in page._notice.view.object
    assert len(page._runs) == 1
