"""Claims on runs that another process writes, and on broken ones: neither resumed nor deleted by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.jobs.runs import RunJob, Runs
from dashboard.jobs.services import Services
from proda_core.records.checks import InputError
from proda_core.records.directory_lock import only_writer
from proda_core.records.study import Study
from proda_core.runs import start
from tests.dashboard.drivers.data import DataDriver


@pytest.fixture
def half(study: Study, data_directory: Path) -> str:
    """A run of the example that was interrupted at once."""
    start(data_directory / "runs" / "half", study, {"schedule": "quick", "seed": 17, "prior": "proda"})
    return "half"


def test_a_run_that_is_written_is_neither_offered_nor_deleted(half: str, data_directory: Path) -> None:
    runs = Runs()
    assert runs.unfinished("example").id == half
    with only_writer(data_directory / "runs" / half):
        assert runs.unfinished("example") is None
        with pytest.raises(InputError, match="expected no writer, found process"):
            runs.expect_idle(half)
        with pytest.raises(InputError, match="expected to be the only writer, found process"):
            runs.delete(half)
    assert runs.unfinished("example").id == half


def test_the_action_itself_refuses_a_run_that_was_taken_since_the_button_was_shown(
    half: str, services: Services, data_directory: Path
) -> None:
    page = DataDriver(services, look=half, run=half)
    page.click("Delete …")
    with only_writer(data_directory / "runs" / half):
        page.click("Resume")
        page.click("Delete permanently")
    assert not list(services.registry.jobs(RunJob))
    assert half in [choice.id for choice in services.runs.all()]
    assert any("expected no writer, found process" in notice for notice in page.notices)


def test_a_broken_run_is_listed_with_its_reason_and_can_only_be_deleted(
    half: str, services: Services, data_directory: Path
) -> None:
    (data_directory / "runs" / half / "settings.json").write_text("[" * 100_000)
    (summary,) = [choice for choice in services.runs.all() if choice.id == half]
    assert "settings.json" in summary.problem
    page = DataDriver(services, look=half)
    assert "broken" in page.words and "settings.json" in page.words
    assert page.has("Delete …") and not page.has("Resume") and not page.has("Report")


def test_what_is_left_of_a_deleted_run_is_removed(data_directory: Path) -> None:
    left = data_directory / "runs" / ".deleted-half"
    (left / "network").mkdir(parents=True)
    Runs().remove_deleted()
    assert not left.exists()
