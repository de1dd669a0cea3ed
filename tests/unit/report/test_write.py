"""Claims about the page and the files beside it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from proda_core.records import store
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled
from proda_core.report.sections import SECTIONS
from proda_core.report.write import write_report
from proda_core.runs import SETTINGS
from proda_core.stages import STAGES
from tests.unit.comparison import made_run

# the made run has no spreads, six profiles in a class, and no network
MISSING_HERE = {"coverage", "scores_by_class", "parameter_fit"}


class Page(HTMLParser):
    """Addresses, images and text of a page; fails on tags that do not close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses, self.alts, self.words, self.ids = [], [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.addresses += [attrs[name] for name in ("src", "href") if name in attrs]
        self.alts += [attrs.get("alt", "")] if tag == "img" else []
        self.ids |= {attrs["id"]} if "id" in attrs else set()

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def seen(written):
    return Page(written.page.read_text(encoding="utf-8"))


def test_every_section_is_on_the_page_or_named_as_missing(written, seen):
    titles = {section.key: section.title for section in SECTIONS}
    assert set(written.missing) == {titles[key] for key in MISSING_HERE}
    assert seen.ids == {s.key for s in SECTIONS} - MISSING_HERE | {"missing", "origin"}


def test_the_page_needs_nothing_from_outside(seen):
    outside = [a for a in seen.addresses if re.match(r"(https?:)?//", a)]
    assert not outside
    images = [a for a in seen.addresses if a.startswith("data:image/png;base64,")]
    assert len(images) == len(SECTIONS) - len(MISSING_HERE) == len([alt for alt in seen.alts if alt])


def test_every_link_leads_somewhere(written, seen):
    for address in seen.addresses:
        if address.startswith("#"):
            assert address[1:] in seen.ids
        elif not address.startswith("data:"):
            assert (written.page.parent / address).is_file()


def test_every_figure_has_its_picture_and_its_numbers_beside_the_page(written):
    names = {file.name for file in written.files}
    keys = {s.key for s in SECTIONS} - MISSING_HERE
    assert names == {f"{key}.{end}" for key in keys for end in ("png", "csv")} | {"index.html", "maps.nc"}


def test_units_stand_in_the_headings_of_the_files(written):
    table = pd.read_csv(written.page.parent / "table_37_1.csv")
    assert {"rmse [kgC m-3]", "published_rmse [kgC m-3]", "r2"} <= set(table)


def test_maps_hold_our_products_and_the_references(written):
    maps = store.load(written.page.parent / "maps.nc")
    assert maps.products == ("default", "batch", "proda", "wise30sec-like")
    assert "proda report made" in maps.ds.attrs["history"]
    stock = maps.ds["stock"].sel(product="wise30sec-like", interval="0-100")
    assert stock.values.tolist() == pytest.approx([4.0, 3.0, 3.0, 3.0])


def test_the_page_says_where_it_comes_from_and_that_the_data_are_synthetic(seen):
    text = " ".join(seen.words)
    assert "2026-01-02T03:04:05Z proda report made" in text and "Synthetic data" in text
    assert "A remark with <angle> brackets." in text  # escaped, or it would not be text


def test_progress_goes_from_the_first_section_to_the_page(told):
    assert [p.done for p in told] == list(range(len(SECTIONS) + 1))


def test_an_unfinished_run_gets_what_it_has_and_the_reasons_for_the_rest(tmp_path):
    run = made_run.write(tmp_path / "run", without=("pairs", "stocks"))
    report = write_report(run, None, tmp_path / "out")
    text = report.page.read_text(encoding="utf-8")
    assert "Stages still to come: pairs, stocks." in text
    assert "expected stage scores to be finished, found no scores.csv" in report.missing.values()
    assert any("the data set of the run is not at hand" in reason for reason in report.missing.values())
    assert (tmp_path / "out" / "figure_37_4.png").is_file()


def test_a_run_of_nothing_but_settings_still_gets_a_page(tmp_path):
    run = made_run.write(tmp_path / "run", without=tuple(STAGES))
    report = write_report(run, made_run.places(), tmp_path / "out")
    assert len(report.missing) == len(SECTIONS) and report.files == (report.page,)


def test_a_damaged_table_is_named_and_stops_nothing_else(tmp_path):
    run = made_run.write(tmp_path / "run", without=("stocks",))
    run.path("pairs").write_text("")
    report = write_report(run, made_run.places(), tmp_path / "out")
    assert "No columns to parse" in report.missing["Scores of carbon density (table 37.1)"]
    assert (tmp_path / "out" / "figure_37_4.csv").is_file()


def test_a_directory_that_is_not_a_run_is_refused_before_anything_is_written(run, tmp_path):
    empty = type(run)(tmp_path / "empty")
    with pytest.raises(InputError, match=f"expected a run, found no {SETTINGS}"):
        write_report(empty, None, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_directory_is_refused(run, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match="expected a directory for the report, found a file"):
        write_report(run, None, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_it_stops_where_it_is_asked_to(run, tmp_path):
    with pytest.raises(Cancelled, match="Stopped before"):
        write_report(run, None, tmp_path / "out", should_stop=lambda: True)
