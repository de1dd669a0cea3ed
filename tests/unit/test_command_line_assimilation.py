"""The commands around assimilation: going on after a stop, twin experiments, exports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import arviz
import pandas as pd
import pytest
import xarray as xr

from proda_core.assimilation import many_sites
from proda_core.records import store
from proda_core.records.progress import Cancelled
from tests.unit.command_line import CommandLine


@pytest.fixture
def posterior(proda: CommandLine, tmp_path: Path) -> Path:
    path = tmp_path / "posterior.nc"
    assert proda("assimilate", "sites", "--limit", 2, "--output", path).code == 0
    return path


def test_a_stopped_assimilation_goes_on_with_the_same_command(
    proda: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("assimilate", "sites", "--limit", 6, "--workers", 1, "--output")
    assert proda(*asked, tmp_path / "whole.nc").code == 0
    tell, chunks = many_sites.Reporter.__call__, []

    def stop_after_two(reporter, note) -> None:
        tell(reporter, note)
        chunks.append(note)
        if len(chunks) == 2:
            raise Cancelled("stopped by the test")

    monkeypatch.setattr(many_sites.Reporter, "__call__", stop_after_two)
    answer = proda(*asked, tmp_path / "stopped.nc")
    assert answer.code == 130 and "The same command resumes" in answer.err
    parts = tmp_path / "stopped.nc.parts"
    assert parts.is_dir() and not (tmp_path / "stopped.nc").exists()
    assert proda(*asked, tmp_path / "stopped.nc").code == 0
    assert sum(note["sites"] for note in chunks) == 6, "no site is assimilated twice"
    assert not parts.exists()
    one, other = (store.load(tmp_path / name).ds for name in ("whole.nc", "stopped.nc"))
    xr.testing.assert_equal(one, other)


def test_a_twin_experiment_tells_of_every_parameter_and_process(proda: CommandLine, tmp_path: Path) -> None:
    output = tmp_path / "twin.nc"
    answer = proda("twin", "--limit", 4, "--noise", 0.3, "--output", output, "--json")
    assert answer.code == 0 and answer.json["noise"] == "log-normal, 0.3"
    names = {row["name"] for row in answer.json["recovery"]}
    assert {"efolding", "beta", "carbon_transfer_efficiency"} <= names
    assert all(0 <= row["coverage_90"] <= 1 for row in answer.json["recovery"])
    with xr.open_dataset(output) as found:
        assert found["planted"].dims == ("site", "parameter") and "proda twin" in found.attrs["history"]
    assert proda("twin", "--limit", 1, "--output", tmp_path / "twin.csv").code == 2


def test_a_posterior_is_exported_for_other_programs(
    proda: CommandLine, posterior: Path, tmp_path: Path
) -> None:
    assert proda("export", posterior, "--format", "csv", "--output", tmp_path / "p.csv").code == 0
    assert len(pd.read_csv(tmp_path / "p.csv", comment="#")) == 2 * 21
    answer = proda("export", posterior, "--format", "arviz", "--output", tmp_path / "a.nc", "--json")
    assert answer.json["files"] == [str(tmp_path / "a.nc")]
    assert arviz.from_netcdf(str(tmp_path / "a.nc")).posterior["q10"].sizes["site"] == 2


def test_what_cannot_be_exported_is_named(proda: CommandLine, posterior: Path, tmp_path: Path) -> None:
    answer = proda("export", posterior, "--format", "csv", "--output", tmp_path / "p.nc")
    assert answer.code == 2 and "expected a name ending in .csv for csv" in answer.err
    answer = proda("export", "no-such-run", "--output", tmp_path / "p.nc")
    assert answer.code == 2 and "expected a run's directory" in answer.err


def test_ctrl_c_stops_worker_processes_in_order(tmp_path: Path) -> None:
    """A terminal's Ctrl-C reaches every process of the group at once."""
    output = tmp_path / "posterior.nc"
    arguments = ["assimilate", "sites", "--schedule", "modern", "--scheduler", "processes", "--workers", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "proda_core", *arguments, "--output", str(output)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    marks, deadline = tmp_path / "posterior.nc.parts" / "done", time.monotonic() + 120
    while not (marks.is_dir() and any(marks.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "The same command resumes" in said and "Traceback" not in said
