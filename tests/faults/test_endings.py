"""Claims on how commands end: signals as Ctrl-C, closed outputs without a traceback, odd seeds refused."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from proda_core import journey
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.run_integrity import INTACT, check_run
from proda_core.runs import Run
from tests.faults.tiny_choices import CHOICES

KILLS, MANY_KILLS = 3, 40
RUN = (
    "import sys\nfrom proda_core import journey\nfrom proda_core.sources import example\n"
    "from tests.faults.tiny_choices import CHOICES\n"
    "print('starts', flush=True)\njourney.run(example.load(), sys.argv[1], **CHOICES)"
)


def _environment(directory: Path) -> dict[str, str]:
    return os.environ | {
        "PRODA_DATA_DIR": str(directory),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }


def _proda(directory: Path, *arguments: str, **how: object) -> subprocess.Popen:
    command = [sys.executable, "-m", "proda_core", *arguments]
    return subprocess.Popen(command, env=_environment(directory), text=True, **how)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_terminated_run_says_how_to_resume_it(tmp_path: Path, number: signal.Signals) -> None:
    output = tmp_path / "runs" / "one"
    process = _proda(tmp_path, "run", "--output", str(output), stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while not (output / "settings.json").exists() and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Resume with: proda runs resume" in said and "Traceback" not in said


@pytest.mark.parametrize("closing", ["| head -c 1 >/dev/null", ">&-", "2>&-", "| true"])
def test_an_output_that_is_closed_leaves_no_traceback(copied_run: Run, tmp_path: Path, closing: str) -> None:
    command = f"{sys.executable} -m proda_core runs show run --json {closing}"
    done = subprocess.run(
        ["bash", "-c", command], env=_environment(tmp_path), text=True, capture_output=True, timeout=60
    )
    assert "Traceback" not in done.stderr and "Error" not in done.stderr and "Failed" not in done.stderr


@pytest.mark.parametrize("seed", ["-1", "4294967296", "1" * 400, "1e3", "nan"])
def test_a_seed_out_of_range_is_one_sentence(proda, seed: str) -> None:
    answer = proda("run", "--seed", seed)
    assert answer.exit_code == 2 and "--seed" in answer.stderr and "Traceback" not in answer.stderr


@pytest.mark.parametrize("seed", [-1, 2**32, 10**400, 1.5, True, "1"])
def test_a_seed_out_of_range_is_refused_before_a_run_begins(
    tiny_study: Study, tmp_path: Path, seed: object
) -> None:
    with pytest.raises(InputError, match="^seed: expected a whole number from 0 to 4294967295"):
        journey.run(tiny_study, tmp_path / "run", **CHOICES | {"seed": seed})
    assert not (tmp_path / "run").exists()


def _expect_to_survive(kills: int, seconds: float, tmp_path: Path, tiny_study: Study, tiny_run: Run) -> None:
    """Kill a run at random moments until so many were survived, then finish it."""
    moments, directory = random.Random(1), tmp_path / "run"
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(directory)], env=_environment(tmp_path), stdout=subprocess.PIPE
        )
        assert process.stdout.readline() == b"starts\n"
        time.sleep(moments.uniform(0, seconds))
        process.kill()
        process.wait()
    done = journey.run(tiny_study, directory, **CHOICES)
    assert done.complete and {row["state"] for row in check_run(done)} == {INTACT}
    assert done["scores"].equals(tiny_run["scores"])
    assert not [path.name for path in directory.iterdir() if path.name.startswith(".") and "-" in path.name]


def test_a_run_killed_at_random_moments_ends_with_the_same_scores(
    tmp_path: Path, tiny_study: Study, tiny_run: Run
) -> None:
    _expect_to_survive(KILLS, 5.0, tmp_path, tiny_study, tiny_run)


@pytest.mark.slow
def test_a_run_killed_many_times_ends_with_the_same_scores(
    tmp_path: Path, tiny_study: Study, tiny_run: Run
) -> None:
    _expect_to_survive(MANY_KILLS, 8.0, tmp_path, tiny_study, tiny_run)


def test_orphans_of_a_killed_run_are_removed_when_it_is_resumed(tiny_study: Study, copied_run: Run) -> None:
    orphan, folder = (
        copied_run.directory / ".posterior-0123abcd.nc",
        copied_run.directory / ".network-0123abcd",
    )
    kept = copied_run.directory / ".mine"
    orphan.write_text("half")
    (folder / "member0").mkdir(parents=True)
    kept.write_text("kept")
    journey.run(tiny_study, copied_run.directory, **CHOICES)
    assert kept.exists() and not orphan.exists() and not folder.exists()
