"""Claims on the page Overview: it shows a run's own numbers, says what they are, and opens no data set."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import panel_material_ui as pmui
import pytest
import xarray as xr
from bokeh.models import ColorBar

from dashboard.jobs.data.studies import Studies
from dashboard.jobs.job import State
from dashboard.jobs.runs import SHOWCASE, Runs
from dashboard.jobs.services import Services
from dashboard.pages.overview.workflow import STEPS
from dashboard.plots.headline_table import headline_table
from dashboard.state.session_state import PAGES
from proda_core.records import store
from proda_core.records.maps import CarbonMap
from proda_core.records.study import Study
from proda_core.runs import start
from proda_core.showcase import directory as showcase_directory
from proda_core.vocabulary.depth_intervals import INTERVALS
from tests.dashboard.drivers.overview import OverviewDriver

needs_showcase = pytest.mark.skipif(
    not (showcase_directory() / "settings.json").exists(), reason="the showcase is not in this checkout"
)
SCORES = pd.DataFrame(
    [
        ("held out", m, r2, 10.0, 0.1, -2.5, r2 - 0.05, r2 + 0.05, 40)
        for m, r2 in (("default", 0.2), ("proda", 0.6))
    ]
    + [("all", "default", 0.9, 1.0, 0.9, 0.0, 0.8, 1.0, 90)],
    columns=["part", "method", "r2", "rmse", "nse", "bias", "r2_low", "r2_high", "n"],
)


@pytest.fixture
def mapped(study: Study, data_directory: Path) -> CarbonMap:
    """A run of the example that has come as far as its maps and scores: 1, 2 and 3 kgC m-2 everywhere."""
    run = start(data_directory / "runs" / "mapped", study, {"schedule": "quick", "seed": 5, "prior": "proda"})
    cells = study.cells_forcing.ds
    count = cells.sizes["site"]
    stock = np.ones((3, len(INTERVALS), count)) * np.arange(1, 4)[:, None, None]
    place = {name: ("cell", cells[name].values) for name in ("lon", "lat")}
    area = {"cell_area": ("cell", np.full(count, 1e12)), "land_fraction": ("cell", np.ones(count))}
    axes = {"product": ["default", "batch", "proda"], "interval": list(INTERVALS), "cell": np.arange(count)}
    carbon = CarbonMap(
        xr.Dataset({"stock": (("product", "interval", "cell"), stock)}, coords=axes | place | area)
    )
    store.save(carbon, run.path("carbon_map"))
    SCORES.to_csv(run.path("scores"), index=False)
    return carbon


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No data set may be opened."""

    def refuse(self: object, name: str) -> None:
        raise AssertionError(f"the data set {name} was opened")

    monkeypatch.setattr(Studies, "study", refuse)


def test_the_maps_of_the_run_are_shown_without_opening_its_data(
    services: Services, mapped: CarbonMap, sealed: None
) -> None:
    page = OverviewDriver(services)
    assert {"default", "batch", "proda"} <= set(page.maps)
    assert "synthetic data" in page.maps["proda"].title.text
    assert len({id(page.maps[p].x_range) for p in ("default", "batch", "proda")}) == 1
    assert page.source("map-proda", "cells").data["proda"].tolist() == [3.0] * len(mapped.cells)


def test_another_interval_changes_title_and_bar(services: Services, mapped: CarbonMap, sealed: None) -> None:
    page = OverviewDriver(services)
    page.session.interval = "0-30"
    assert "0–30 cm" in page.plot("colour-bar").select_one(ColorBar).title
    page.choose_interval("0-200")
    assert page.session.interval == "0-200"


def test_reference_products_of_the_same_cells_are_beside_the_maps(
    services: Services, mapped: CarbonMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = len(mapped.cells)
    stocks = {
        "elsewhere": (list(INTERVALS), np.ones((len(INTERVALS), count + 1))),
        "sanderman2017": (list(INTERVALS)[:3], np.full((3, count), 7.0)),
    }
    read = SimpleNamespace(state=State.DONE, result=stocks)
    monkeypatch.setattr(type(services.results), "references", lambda self, name: read)
    page = OverviewDriver(services)
    assert "sanderman2017" in page.maps and "elsewhere" not in page.maps
    assert page.source("map-proda", "cells").data["sanderman2017"].tolist() == [7.0] * count


def test_without_a_run_the_page_says_what_to_do(services: Services, sealed: None) -> None:
    page = OverviewDriver(services)
    assert "No finished run of this data set yet" in page.words
    page.click("See the showcase")
    assert page.session.requested == {"data": "teaching", "run": SHOWCASE}
    page.click("Start a run")
    assert page.session.page == "maps"


def test_a_broken_map_is_a_sentence(services: Services, mapped: CarbonMap, data_directory: Path) -> None:
    (data_directory / "runs" / "mapped" / "carbon_map.nc").write_bytes(b"not a map")
    assert "cannot be read" in " ".join(OverviewDriver(services).notices)


def test_every_box_of_the_workflow_leads_to_its_page(services: Services) -> None:
    page = OverviewDriver(services)
    for step in STEPS:
        button = page.widget(step.title, pmui.Button)
        assert button.disabled == (step.page not in PAGES)
        if not button.disabled:
            page.click(step.title)
            assert page.session.page == step.page


def test_the_table_has_ours_beside_the_chapters_and_only_held_out_sites() -> None:
    """Expected: published R2 0.32 / 0.62 and RMSE 15.86 / 8.95 of table 37.1; ours 0.2 / 0.6, not 0.9."""
    html = headline_table(SCORES, "synthetic data")
    for text in (
        "0.32",
        "0.62",
        "15.86",
        "8.95",
        ">0.20<",
        ">0.60<",
        "Synthetic data:",
        "tuned",
        "0.623",
        "0.635",
        "90 % interval",
    ):
        assert text in html
    assert ">0.90<" not in html
    assert "−2.50" in html


def test_the_table_without_a_run_shows_the_published_values_alone() -> None:
    html = headline_table(None)
    assert "0.62" in html and "–" in html and html.count("<tr>") == 4


@needs_showcase
def test_the_showcase_is_shown_against_a_reference(services: Services, sealed: None) -> None:
    assert len(OverviewDriver(services, data="teaching").maps) == 4
    assert services.results.overview(services.runs.chosen("teaching", "")).choice.id == SHOWCASE


def test_the_showcase_is_listed_last_and_only_for_its_data_set(
    data_directory: Path, mapped: CarbonMap, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown = tmp_path / "shown"
    shutil.copytree(data_directory / "runs" / "mapped", shown)
    monkeypatch.setattr("dashboard.jobs.runs.showcase_directory", lambda: shown)
    assert [choice.id for choice in Runs().with_maps("example")] == ["mapped", SHOWCASE]
    assert Runs().with_maps("northeast") == ()
    assert Runs().chosen("example", SHOWCASE).id == SHOWCASE
    assert Runs().chosen("example", "nonsense").id == "mapped"


def test_the_share_of_profiles_kept_is_beside_the_published_one() -> None:
    html = headline_table(
        SCORES, "", "7 of 8 (87.5 %); published: 25,444 of 26,905 (94.6 %), of other profiles"
    )
    assert "Profiles kept for training: 7 of 8 (87.5 %); published: 25,444 of 26,905 (94.6 %)" in html
    assert "25,444 of 26,905 profiles (94.6 %) kept" in headline_table(SCORES)
