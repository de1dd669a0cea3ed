"""Claims on the page Compare: frames and figures come from a worker, numbers go out as CSV with units."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from dashboard.jobs.job import Job
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.comparison import FRAMES
from dashboard.jobs.tasks.comparison_figures import FIGURES as DRAWN
from dashboard.jobs.workers import Workers
from dashboard.pages.compare.figure_layout import PLACEMENTS
from dashboard.pages.compare.run_comparison import NOTHING, csv_text
from dashboard.pages.compare.score_tables import agreement_table, coverage_table, strata_table
from dashboard.state.compare_choices import FIGURES, CompareChoices
from proda_core.records.study import Study
from proda_core.runs import start
from tests.dashboard.drivers import wait_until
from tests.dashboard.drivers.compare import CompareDriver

METHODS = ("default", "batch", "proda")


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


@pytest.fixture
def with_map(compared_run: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The run counts as one with maps."""
    monkeypatch.setattr(
        "dashboard.jobs.runs.Runs.with_maps",
        lambda self, data: tuple(choice for choice in self.all() if choice.study == data),
    )
    return compared_run


def test_tables_escape_their_words_and_mark_what_is_unknown() -> None:
    row = {"region": "<b>x", "method": "proda", "r2": np.nan, "nse": 0.1, "rmse": 1.0, "bias": -2.0}
    html = strata_table(pd.DataFrame([row | {"profiles": 12}]), "region")
    assert "<b>x<" not in html and "–" in html and "−2" in html
    assert "Too few" in strata_table(pd.DataFrame(columns=["region", "method"]), "region")
    cover = {"product": "proda", "quantity": "stock", "spread": "site", "level": 0.9, "covered": np.nan}
    assert "90%" in coverage_table(pd.DataFrame([cover | {"n": 0, "width": np.nan}]))


def test_every_figure_has_a_frame_a_drawing_and_a_placement() -> None:
    assert set(FIGURES) == set(FRAMES) == set(DRAWN) == set(PLACEMENTS)


def test_a_csv_file_states_its_units_and_origin() -> None:
    frame = pd.DataFrame({"depth": [0.5], "method": ["proda"]})
    frame.attrs["units"] = {"depth": "m", "method": "1"}
    origin = {"run": "mine", "synthetic": 1}
    assert csv_text(frame, origin) == "# run: mine\n# synthetic: 1\ndepth [m],method\n0.5,proda\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [("", ()), ("a,b", ("a", "b")), ("../x, a", ("a",)), ("a,a,b,c", ("a", "b")), ("<b>,.x,a/b", ())],
)
def test_runs_of_a_link_are_names(text: str, names: tuple[str, ...]) -> None:
    assert CompareChoices(compared=text).further_runs() == names


def test_without_a_run_the_page_says_what_to_do(services: Services) -> None:
    assert "No finished run of this data set yet" in CompareDriver(services).words


def test_figures_of_a_run_come_from_a_worker_and_go_out_as_csv(services: Services, with_map: str) -> None:
    page = CompareDriver(services)
    page.wait_until_drawn()
    assert "Table 37.1" in page.html("Table 37.1, computed beside published")
    assert page.figures == ["score-r2", "score-nse", "score-rmse", "score-bias"]
    page.set("Figure", "density")
    assert page.session.figure == "density"
    page.wait_until_drawn()
    assert page.figures == [f"density-{method}" for method in METHODS]
    assert page.csv.splitlines()[:2] == [f"# data set: {page.session.data}", f"# run: {with_map}"]
    assert page.csv.splitlines()[2] == "# synthetic: 1"
    assert page.csv.splitlines()[3].startswith("site,depth [m],part,method")
    page.choose_part("all")
    page.wait_until_drawn()
    assert page.session.part == "all" and page.figures


def test_the_table_is_shown_while_its_figure_is_being_drawn(services: Services, with_map: str) -> None:
    page = CompareDriver(services)
    page.wait(lambda: page.has("CSV"))
    assert page.html("Table 37.1, computed beside published")
    assert "\npart,method" in page.csv


def test_two_sessions_and_two_visits_have_models_of_their_own(services: Services, with_map: str) -> None:
    """A document with a model twice cannot be drawn; Expected: no id in common."""
    pages = [CompareDriver(services, figure="taylor") for _ in range(2)]
    for page in pages:
        page.wait_until_drawn()
    first, second = ({model.id for model in page.plot("taylor").references()} for page in pages)
    assert first and not first & second


def test_a_finished_run_is_compared_while_the_workers_are_busy(
    data_directory: Path, workers: Workers, tasks: ModuleType, with_map: str
) -> None:
    """A fresh server compiles the model first, a minute or more: who only reads does not wait for that."""
    busy = Workers(1)
    long = Job(busy, "count", tasks.count, 10_000, 0.05).start()
    try:
        page = CompareDriver(Services(workers=busy, read_workers=workers, default_data="example"))
        page.wait_until_drawn()
        assert page.html("Table 37.1, computed beside published")
        assert not long.state.ended
    finally:
        long.stop()
        wait_until(lambda: long.state.ended, 60)
        busy.close()


def test_a_stage_that_is_missing_is_a_sentence_and_the_next_figure_works(
    services: Services, with_map: str
) -> None:
    page = CompareDriver(services, figure="totals")
    page.wait_until_drawn()
    assert "expected stage carbon_map to be finished" in page.words
    page.set("Figure", "taylor")
    page.wait_until_drawn()
    assert page.figures == ["taylor"]


def test_a_frame_with_too_little_to_draw_is_a_sentence(
    services: Services, with_map: str, data_directory: Path
) -> None:
    """Observed carbon that does not vary has no correlation with anything."""
    pairs = data_directory / "runs" / "done" / "pairs.csv"
    table = pd.read_csv(pairs).assign(observed=1.0)
    table.to_csv(pairs, index=False)
    page = CompareDriver(services, figure="taylor")
    page.wait_until_drawn()
    assert NOTHING in page.words and not page.figures


def test_a_run_of_a_link_that_is_gone_is_reported(services: Services, with_map: str) -> None:
    page = CompareDriver(services, compared="gone")
    assert "no run gone here" in " ".join(page.notices)
    assert page.cards == 1


def test_the_table_of_agreement_keeps_the_order_of_products_and_names_each_pair_once() -> None:
    rows = [(i, one, "wise30sec") for i in ("0-30", "0-100") for one in ("default", "batch")]
    frame = pd.DataFrame(rows, columns=["interval", "one", "two"])
    html = agreement_table(frame.assign(r=0.5, concordance=0.4, bias=1.0, rmse=np.nan, cells=1234))
    assert html.count("CLM5 default") == html.count("Batch assimilation") == 1
    assert html.index("CLM5 default") < html.index("Batch assimilation") and "1,234" in html
    assert html.count("0–30 cm") == 2 and "–</td>" in html
