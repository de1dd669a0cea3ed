"""Claims on the page Data: bad input is a sentence, nothing leaves the data directory."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from dashboard.jobs.data import data_catalogue, run_exports
from dashboard.jobs.runs import Runs
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.profile_import import (
    Upload,
    check_profiles,
    column_names,
    expect_free,
    guess_columns,
    store_profiles,
)
from dashboard.pages.data.import_report import import_report
from dashboard.pages.data.run_actions import download_links
from dashboard.plots import catalogue_tables as figures
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.runs import start
from proda_core.sources.own_profiles import template
from proda_core.stages import STAGES
from tests.dashboard.drivers.data import DataDriver

SAVE = "Save as a data set"
HEADER = b"site,lon [degrees],lat [degrees],top [cm],bottom [cm],soc [kgC m-3]\n"
BAD = HEADER + b"A,-76,42,0,15,20\nA,-76,42,30,15,x\n"


class Context:
    """Stands in for the context of a task."""

    def report(self, progress: object) -> None:
        """Ignore the progress."""

    @staticmethod
    def should_stop() -> bool:
        """Nobody asks to stop."""
        return False


@pytest.fixture
def half(study: Study, data_directory: Path) -> str:
    """A run of the example that was interrupted at once."""
    start(data_directory / "runs" / "half", study, {"schedule": "quick", "seed": 17, "prior": "proda"})
    return "half"


@pytest.mark.parametrize("name", ["../secret", "a/b", ".hidden", "", "..", "x\0y", "/etc"])
def test_a_run_from_a_browser_is_a_name_and_never_a_path(data_directory: Path, name: str) -> None:
    for action in (Runs().run, Runs().delete, Runs().carbon_map):
        with pytest.raises(InputError, match="^Run: expected the name of a run"):
            action(name)


def test_deleting_removes_the_run_and_nothing_else(half: str, data_directory: Path) -> None:
    other = data_directory / "raw" / "kept.txt"
    other.parent.mkdir()
    other.write_text("kept")
    Runs().delete(half)
    assert [path.name for path in (data_directory / "runs").iterdir()] == []
    assert other.read_text() == "kept"
    with pytest.raises(InputError, match="no run half here any more"):
        Runs().delete(half)


def test_a_link_among_the_runs_is_not_followed_when_deleting(
    study: Study, data_directory: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "run"
    start(outside, study, {"schedule": "quick", "seed": 1})
    (data_directory / "runs").mkdir()
    (data_directory / "runs" / "link").symlink_to(outside)
    with pytest.raises(InputError, match="left alone"):
        Runs().delete("link")
    assert (outside / "settings.json").exists()


def test_the_showcase_is_never_deleted(data_directory: Path) -> None:
    with pytest.raises(InputError, match="belongs to the program"):
        Runs().delete("showcase")


def test_only_files_of_the_run_can_be_had(half: str, data_directory: Path) -> None:
    run = Runs().existing(half)
    (run.directory / "secret.txt").write_text("not a stage")
    assert set(run_exports.run_files(run)) == {"settings.json", "log.txt"}
    for name in ("secret.txt", "../half/settings.json", "", "network"):
        with pytest.raises(InputError, match="expected one of"):
            run_exports.run_file(run, name)
    assert "download/half/settings.json" in download_links(run)


def test_everything_in_one_file_leaves_links_out(half: str, data_directory: Path) -> None:
    run = Runs().existing(half)
    (run.directory / "outside").symlink_to("/etc/hostname")
    with run_exports.zip_archive(run) as content, zipfile.ZipFile(content) as archive:
        assert sorted(archive.namelist()) == ["half/log.txt", "half/settings.json"]


def test_every_data_set_is_listed_with_licence_and_state(data_directory: Path) -> None:
    """Expected: without a file in the data directory only the built-in sets are here."""
    every = {known.name: known for known in data_catalogue.catalogue_items()}
    assert all(known.licence for known in every.values())
    assert {name for name, known in every.items() if known.here} == {"example", "teaching", "teaching-dirty"}
    assert every["northeast"].fetchable and every["northeast"].state == "not fetched"
    assert str(data_directory) in every["wise30sec"].how and "HW30s_FULL.txt" in every["wise30sec"].how
    for known in every.values():
        words = figures.data_facts(known)
        assert figures.badge_text(known.synthetic) in words and known.licence in words


def test_a_file_without_bad_rows_is_checked_and_then_saved(data_directory: Path) -> None:
    upload = Upload("plots.csv", template().encode(), "example")
    found = check_profiles(upload, Context())
    assert (found["ok"], found["rows"], found["profiles"], found["bad_rows"]) == (True, 4, 2, [])
    assert not (data_directory / "imports").exists()
    assert "can be saved" in import_report(found)
    kept = store_profiles(upload, "my-plots", "Mine", Context())
    assert [path.name for path in (data_directory / "imports").iterdir()] == ["my-plots.nc"]
    assert "my-plots" in import_report(kept)
    assert data_catalogue.catalogue_item("my-plots").openable


def test_profiles_far_from_every_cell_are_reported_before_they_are_saved(data_directory: Path) -> None:
    text = template().replace("-76.50,42.45", "10.1,50.0").replace("-75.10,43.02", "10.2,50.1")
    found = check_profiles(Upload("plots.csv", text.encode(), "example"), Context())
    assert found["ok"] and found["far"] == found["profiles"] and found["farthest"] > 5000
    assert "more than 60 km from the cell" in import_report(found)


def test_bad_rows_are_reported_with_reason_and_nothing_is_saved(data_directory: Path) -> None:
    upload = Upload("plots.csv", BAD, "example")
    found = check_profiles(upload, Context())
    assert (found["ok"], found["rows"], found["bad"]) == (False, 2, 1)
    reasons = {row["reason"] for row in found["bad_rows"]}
    assert {"not a number", "not below top"} <= reasons
    html = import_report(found)
    assert "1 of 2 rows are bad" in html and "not below top" in html
    with pytest.raises(InputError, match="expected good rows only"):
        store_profiles(upload, "mine", "", Context())
    assert not list((data_directory / "imports").glob("*"))


@pytest.mark.parametrize(
    ("filename", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/shadow", "shadow"),
        ("..", "profiles.csv"),
        ("", "profiles.csv"),
        (".bashrc", "bashrc"),
        ("a\0b<script>.csv", "a_b_script_.csv"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_file_name_leads_nowhere(filename: str, safe: str) -> None:
    assert Upload(filename, b"", "example").safe_name == safe


@pytest.mark.parametrize("name", ["", "../x", "a/b", "A", "a b", "x" * 65, "example", "northeast"])
def test_a_name_that_leads_elsewhere_or_is_taken_is_refused(data_directory: Path, name: str) -> None:
    with pytest.raises(InputError, match="^name: expected"):
        expect_free(name)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x80\x04\x95\xff", b"\0\0\0", b"   "])
def test_a_file_that_is_no_table_is_a_sentence(content: bytes) -> None:
    with pytest.raises(InputError, match="^File: expected a CSV table"):
        column_names(content)


def test_a_refusal_names_the_visitors_file_and_no_path_of_the_server(data_directory: Path) -> None:
    with pytest.raises(InputError, match="^plots.csv: expected columns") as raised:
        check_profiles(Upload("plots.csv", b"a,b\n1,2\n", "example"), Context())
    assert "/" not in str(raised.value).replace("gC m-3", "").split("found")[0]


def test_columns_are_guessed_from_names_whatever_their_case() -> None:
    known = guess_columns(column_names(template().encode()))
    assert known["soc"] == ("soc [kgC m-3]", "kgC m-3")
    assert guess_columns(["SITE", "Longitude"]) == {"site": ("SITE", "")}


def test_words_from_a_file_cannot_become_markup() -> None:
    rows = [{"row": 2, "column": "<b>", "found": "<script>alert(1)</script>", "reason": "missing"}]
    result = {"ok": False, "rows": 1, "bad": 1, "bad_rows": rows, "left_out": 0, "profiles": 0, "notes": {}}
    assert "<script>" not in import_report(result) and "<b>alert" not in import_report(result)


def test_a_page_without_runs_says_what_to_do(
    services: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("dashboard.jobs.runs.showcase_directory", lambda: tmp_path / "nowhere")
    assert "No run on this computer yet" in DataDriver(services).words


def test_a_run_is_shown_with_its_stages_and_deleted_after_a_confirmation(
    half: str, services: Services
) -> None:
    page = DataDriver(services, look=half, run=half)
    assert "✓" not in page.words and all(name.split("_")[0] in page.words for name in STAGES)
    assert page.has("Resume") and not page.has("Open")
    page.click("Delete …")
    assert "This cannot be undone." in page.words
    assert half in [choice.id for choice in services.runs.all()]
    page.click("Cancel")
    assert "This cannot be undone." not in page.words
    page.click("Delete …")
    page.click("Delete permanently")
    assert half not in [choice.id for choice in services.runs.all()]
    assert (page.session.look, page.session.run) == ("", "")
    assert page.notices == [f"The run {half} has been deleted."]


def test_the_unknown_licence_has_to_be_accepted(services: Services) -> None:
    page = DataDriver(services, entry="northeast")
    assert page.has("Fetch") and page.has("The licence is unknown; I accept that")
    page.click("Fetch")
    (notice,) = page.notices
    assert "licence is unknown" in notice
    assert not services.registry.jobs(data_catalogue.FetchJob)


def test_checking_without_a_file_is_a_sentence(services: Services) -> None:
    page = DataDriver(services)
    page.click("Check the file")
    assert "expected a CSV file, found none" in page.notices[0]


def test_a_file_is_mapped_checked_in_a_worker_and_saved(services: Services) -> None:
    page = DataDriver(services)
    page.upload(template().encode())
    assert page.column_of("soc") == "soc [kgC m-3]"
    page.click("Check the file")
    page.wait(lambda: "All 4 rows are good" in page.words)
    assert not page.widget(SAVE).disabled
    page.set("Name", "plots")
    page.click(SAVE)
    page.wait(lambda: "Saved as the data set" in page.words)
    assert page.session.entry == "plots" and page.has("Open it")


def test_another_file_requires_another_check(services: Services) -> None:
    page = DataDriver(services)
    page.upload(template().encode())
    page.click("Check the file")
    page.wait(lambda: not page.widget(SAVE).disabled)
    page.upload(BAD, "bad.csv")
    assert page.widget(SAVE).disabled
    page.upload(template().encode())
    assert page.widget(SAVE).disabled
