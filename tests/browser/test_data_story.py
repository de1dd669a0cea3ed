"""A visitor brings profiles, looks through the catalogue, and exports and deletes a run."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from proda_core import journey
from proda_core.sources.own_profiles import template
from tests.browser.bokeh_page import wait_until_idle
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser
HEADER = "site,lon [degrees],lat [degrees],top [cm],bottom [cm],soc [kgC m-3]\n"
BAD = HEADER + "A,-94,45,0,15,20\nA,-94,45,30,15,x\nB,-94,145,0,15,20\n"


def _open(watched: Watched, server: Server, query: str = "") -> Page:
    watched.page.goto(f"{server.url}?page=data{query}")
    expect(watched.page.get_by_role("heading", name="Data sets")).to_be_visible()
    wait_until_idle(watched.page)
    return watched.page


def _upload(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("Which column is which?")).to_be_visible()


def test_bad_rows_are_listed_with_reasons_and_good_profiles_become_a_data_set(
    watched: Watched, server: Server, tmp_path: Path
) -> None:
    page = _open(watched, server)
    (tmp_path / "bad.csv").write_text(BAD)
    (tmp_path / "good.csv").write_text(template().replace("-76.50,42.45", "-94.0,45.0"))
    _upload(page, tmp_path / "bad.csv")
    page.get_by_role("button", name="Check the file").click()
    table = page.get_by_role("table", name="Bad rows of the file")
    expect(table).to_be_visible()
    expect(table.get_by_text("not below top")).to_be_visible()
    expect(table.get_by_text(re.compile("outside -90 to 90"))).to_be_visible()
    expect(page.get_by_role("button", name="Save as a data set")).to_be_disabled()
    assert not (server.data / "imports").exists()
    _upload(page, tmp_path / "good.csv")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("All 4 rows are good: 2 profiles.")).to_be_visible()
    name = page.get_by_label("Name", exact=True)
    name.fill("../elsewhere")
    name.press("Enter")
    page.get_by_role("button", name="Save as a data set").click()
    expect(page.get_by_text("expected up to 64 of a-z")).to_be_visible()
    name.fill("my-plots")
    name.press("Enter")
    page.get_by_role("button", name="Save as a data set").click()
    expect(page.get_by_text("Saved as the data set")).to_be_visible()
    assert [path.name for path in (server.data / "imports").iterdir()] == ["my-plots.nc"]
    page.get_by_role("button", name="Open it").click()
    expect(page).to_have_url(re.compile("data=my-plots"))
    expect(page.get_by_text("synthetic", exact=True).first).to_be_visible()
    (server.data / "imports" / "my-plots.nc").unlink()


def test_a_fetch_without_a_network_says_which_file_to_put_where(watched: Watched, server: Server) -> None:
    page = _open(watched, server, "&entry=sanderman2017")
    page.get_by_role("button", name="Fetch", exact=True).click()
    said = page.get_by_text(re.compile(r"another way and put it at .*raw/sanderman2017"))
    expect(said).to_be_visible()
    page.get_by_text("WISE30sec", exact=True).click()
    expect(
        page.get_by_text(re.compile(r"This program does not fetch it. Get wise_30sec_v1.tif"))
    ).to_be_visible()
    expect(page).to_have_url(re.compile("entry=wise30sec"))
    page.reload()
    expect(page.get_by_text(re.compile(r"This program does not fetch it"))).to_be_visible()


def test_a_run_is_shown_exported_and_deleted_after_a_confirmation(
    watched: Watched, server: Server, finished_run: journey.Run, tmp_path: Path
) -> None:
    page = _open(watched, server, "&look=tiny")
    expect(page.get_by_text("✓ carbon map")).to_be_visible()
    page.get_by_text(re.compile(r"Export: \d+ files")).click()
    with page.expect_download() as waiting:
        page.get_by_text("everything as one ZIP file").click()
    waiting.value.save_as(tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        assert "tiny/carbon_map.nc" in archive.namelist()
    page.get_by_role("button", name="Delete …").click()
    expect(page.get_by_text("This cannot be undone.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("This cannot be undone.")).to_be_hidden()
    assert finished_run.directory.exists()
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete permanently").click()
    expect(page.get_by_text("has been deleted")).to_be_visible()
    assert not finished_run.directory.exists()


@pytest.mark.parametrize("path", ["download/..%2F..%2Fetc/passwd", "download/tiny/..%2Fsettings.json"])
def test_no_address_leads_out_of_the_runs(watched: Watched, server: Server, path: str) -> None:
    answer = watched.page.request.get(server.url + path)
    assert answer.status == 404


def test_a_run_is_opened_on_the_maps(watched: Watched, server: Server, finished_run: journey.Run) -> None:
    page = _open(watched, server, "&look=tiny")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page).to_have_url(re.compile("page=maps.*run=tiny"))
    expect(page.get_by_role("tab", name="Maps")).to_have_attribute("aria-selected", "true")
