"""The commands that take time: assimilate, run, runs, bench; and stopping them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from proda_core.commands.bench import DASHBOARD, NAMES
from proda_core.records import store
from proda_core.sources.catalogue import DATA_DIRECTORY_VARIABLE
from tests.unit.command_line import CommandLine


def test_sites_are_assimilated_and_their_posterior_is_kept(proda: CommandLine, tmp_path: Path) -> None:
    output = tmp_path / "posterior.nc"
    answer = proda("assimilate", "sites", "--sites", "3,1", "--seed", 7, "--output", output, "--json")
    assert answer.code == 0
    assert [row["site"] for row in answer.json["sites"]] == [3, 1]
    posterior = store.load(output)
    assert posterior.sites.tolist() == [3, 1]
    assert [row["efficiency"] for row in answer.json["sites"]] == posterior.ds["efficiency"].values.tolist()
    assert posterior.ds.attrs["data"] == "example" and "--seed 7" in posterior.ds.attrs["history"]


def test_the_same_seed_gives_the_same_posterior(proda: CommandLine, tmp_path: Path) -> None:
    means = []
    for name in ("a.nc", "b.nc"):
        proda("assimilate", "sites", "--limit", 1, "--seed", 5, "--output", tmp_path / name)
        means.append(store.load(tmp_path / name).ds["mean"])
    assert means[0].equals(means[1])


def test_all_sites_together_give_one_set_of_parameters(proda: CommandLine, tmp_path: Path) -> None:
    output = tmp_path / "batch.nc"
    answer = proda("assimilate", "batch", "--limit", 5, "--output", output, "--json")
    assert answer.code == 0
    assert [row["site"] for row in answer.json["sites"]] == [-1]
    assert store.load(output).sites.tolist() == [-1]


def test_a_wrong_name_for_the_output_is_told_before_the_work(proda: CommandLine, tmp_path: Path) -> None:
    answer = proda("assimilate", "sites", "--output", tmp_path / "posterior.csv")
    assert answer.code == 2
    assert "--output: ending of the name: expected one of .nc, .zarr; found '.csv'" in answer.err


def test_without_runs_the_list_says_how_to_make_one(proda: CommandLine) -> None:
    assert proda("runs", "list", "--json").json == []
    assert "make one with: proda run" in proda("runs", "list").err


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_measures_something_with_a_unit(proda: CommandLine, name: str) -> None:
    rows = proda("bench", name, "--quick", "--json").json
    assert rows
    for row in rows:
        assert row["benchmark"] == name
        assert row["name"] and row["unit"] and row["value"] is not None
        assert "target" in row


def test_every_module_that_measures_is_a_benchmark(repository: Path) -> None:
    modules = (repository / "proda_core" / "benchmarks").glob("*.py")
    assert {path.stem for path in modules if "def measure(" in path.read_text()} == {*NAMES}


def test_the_benchmarks_of_the_dashboard_are_another_program(
    proda: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    def execv(path: str, arguments: list[str]) -> None:
        started.append(arguments[1:])
        sys.exit(0)

    monkeypatch.setattr(os, "execv", execv)
    assert proda("bench", DASHBOARD, "--quick", "--json").code == 0
    assert started == [["-m", "dashboard.benchmarks", "--quick", "--json"]]


def _start(tmp_path: Path, *arguments: str) -> subprocess.Popen:
    environment = {**os.environ, DATA_DIRECTORY_VARIABLE: str(tmp_path / "data")}
    command = [sys.executable, "-m", "proda_core", *arguments]
    return subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    )


def _stop_when(process: subprocess.Popen, ready, patience: float = 120.0) -> tuple[int, str]:
    """Ctrl-C once ``ready()``; the exit code and what was said on stderr."""
    deadline = time.monotonic() + patience
    while not ready():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline, "the command did not get going"
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    return process.returncode, said


def test_a_run_that_is_stopped_says_how_to_go_on_and_goes_on(proda: CommandLine, tmp_path: Path) -> None:
    """The chapter's schedule takes minutes: the stop comes in the middle of the posteriors."""
    runs = tmp_path / "data" / "runs"

    def assimilating() -> bool:
        return any("posterior:" in log.read_text() for log in runs.glob("*/log.txt"))

    code, said = _stop_when(_start(tmp_path, "run", "--schedule", "chapter"), assimilating)
    assert code == 130
    assert "Traceback" not in said
    (name,) = [path.name for path in runs.iterdir()]
    assert f"proda runs resume {name}" in said
    facts = proda("runs", "show", name, "--json").json
    assert facts["finished"] == ["split"]
    assert facts["choices"]["schedule"] == "chapter"


def test_an_assimilation_that_is_stopped_leaves_no_file(tmp_path: Path) -> None:
    output = tmp_path / "posterior.nc"
    arguments = ["assimilate", "sites", "--schedule", "modern", "--output", str(output)]
    process = _start(tmp_path, *arguments)
    choices = output.with_name("posterior.nc.parts") / "job.json"  # written before the first site
    code, said = _stop_when(process, choices.exists)
    assert code == 130, said
    assert "The same command resumes" in said and "Traceback" not in said
    assert not list(tmp_path.glob("*.nc"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data directory with one finished run of the example."""
    directory = tmp_path_factory.mktemp("finished")
    process = _start(directory, "run", "--seed", "3", "--json")
    _, said = process.communicate(timeout=280)
    assert process.returncode == 0, said
    return directory / "data"


def test_a_finished_run_is_listed_and_shown(proda: CommandLine, finished: Path) -> None:
    (row,) = proda("runs", "list", "--data-dir", finished, "--json").json
    assert row["complete"] and row["study"] == "example" and row["seed"] == 3
    facts = proda("runs", "show", row["run"], "--data-dir", finished, "--json").json
    assert {score["method"] for score in facts["scores"]} >= {"default", "batch", "proda"}
    shown = proda("runs", "show", row["run"], "--data-dir", finished)
    assert "proda" in shown.out and shown.code == 0


def test_resuming_a_finished_run_changes_nothing(proda: CommandLine, finished: Path) -> None:
    (row,) = proda("runs", "list", "--data-dir", finished, "--json").json
    before = proda("runs", "show", row["run"], "--data-dir", finished, "--json").json
    assert proda("runs", "resume", row["run"], "--data-dir", finished, "--json").json == before
