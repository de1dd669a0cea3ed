"""Claims on damaged run directories: listed as broken with a reason, refused in one sentence, exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from proda_core.runs import Run, list_runs
from tests.faults.damages import INSIDE, SETTINGS

COMMANDS = (
    ("runs", "list"),
    ("runs", "show", "run"),
    ("runs", "check", "run"),
    ("runs", "agreement", "run"),
    ("export", "run", "--format", "csv", "--output", "posterior.csv"),
)


def _expect_a_sentence(answer, command: tuple[str, ...]) -> None:
    assert answer.exit_code in (0, 2), (command, answer.stderr[-2000:])
    assert "Traceback" not in answer.stderr and "Failed:" not in answer.stderr


@pytest.mark.parametrize("what", SETTINGS)
def test_a_run_with_odd_settings_is_listed_as_broken_and_the_others_are_listed(
    copied_run: Run, proda, what: str
) -> None:
    runs = copied_run.directory.parent
    copy = runs / "good"
    copy.mkdir()
    (copy / "settings.json").write_text((copied_run.directory / "settings.json").read_text())
    SETTINGS[what](copied_run.directory)
    found = list_runs(runs).set_index("run")
    assert found.index.tolist() == ["good", "run"] and found["problem"]["good"] == ""
    assert str(copied_run.directory) in found["problem"]["run"] and not found["complete"]["run"]
    assert "\n" not in found["problem"]["run"]
    answer = proda("runs", "list")
    assert answer.exit_code == 0 and "run is broken: " in answer.stderr
    for command in (("runs", "show", "run"), ("runs", "resume", "run"), ("report", "run")):
        refused = proda(*command)
        _expect_a_sentence(refused, command)
        assert refused.exit_code == 2


@pytest.mark.parametrize("what", INSIDE)
def test_a_damaged_run_ends_in_one_sentence_with_and_without_checksums(
    copied_run: Run, proda, what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    INSIDE[what](copied_run.directory)
    for checksums in (True, False):
        if not checksums and (copied_run.directory / "manifest.json").exists():
            (copied_run.directory / "manifest.json").unlink()
        for command in COMMANDS:
            _expect_a_sentence(proda(*command), command)


def test_a_member_of_an_ensemble_never_leads_out_of_the_run(copied_run: Run) -> None:
    (copied_run.directory / "manifest.json").unlink()
    INSIDE["a member outside"](copied_run.directory)
    with pytest.raises(ValueError, match="expected names of members such as member0"):
        copied_run["network"]
