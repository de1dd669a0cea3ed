"""A run that is killed, loses workers or meets a full disk is resumed with the same result."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from proda_core.assimilation import assimilate, chunk_store, site_chunk
from proda_core.assimilation.schedules import from_json
from proda_core.assimilation.spec import spec_of
from proda_core.records.atomic_write import StoreError
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled
from proda_core.sources import example

SITES = 24
RUN = """
    import sys
    from proda_core.assimilation import assimilate
    from proda_core.assimilation.schedules import from_json
    from proda_core.sources import example

    if __name__ == "__main__":
        study = example.load(seed=0)
        profiles = study.profiles.select(study.assimilable()[:{sites}])
        assimilate(profiles, study.forcing, from_json(sys.argv[1]), seed=3, workers=2, directory=sys.argv[2],
                   scheduler=sys.argv[3] if len(sys.argv) > 3 else None)
"""


@pytest.fixture
def lasting(brief):
    """Long enough to be caught in the middle: a third of a second per chunk of three sites."""
    return brief.with_(test_iterations=20_000, formal_iterations=80_000)


@pytest.fixture(scope="module")
def study():
    return example.load(seed=0)  # as the killed process loads it


@pytest.fixture(scope="module")
def profiles(study):
    return study.profiles.select(study.assimilable()[:SITES])


def begin(tmp_path: Path, schedule, *more: str) -> subprocess.Popen:
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(RUN.format(sites=SITES)))
    command = [sys.executable, str(script), schedule.to_json(), str(tmp_path / "run"), *more]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    return subprocess.Popen(command, env=environment, start_new_session=True)


def wait_for_chunks(directory: Path, process: subprocess.Popen, number: int) -> int:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        done = len(list((directory / "done").glob("*.json")))
        if done >= number:
            return done
        time.sleep(0.02)
    return len(list((directory / "done").glob("*.json")))


def test_killed_at_any_moment_it_goes_on_to_the_same_result(study, profiles, lasting, tmp_path) -> None:
    process = begin(tmp_path, lasting)
    done = wait_for_chunks(tmp_path / "run", process, 2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert 2 <= done < 8, "the run should be caught in the middle"
    told = []
    resumed = assimilate(
        profiles,
        study.forcing,
        lasting,
        seed=3,
        workers=2,
        directory=tmp_path / "run",
        on_progress=told.append,
    )
    assert told[0].done >= 3 * done, "finished chunks are counted, not repeated"
    whole = assimilate(profiles, study.forcing, lasting, seed=3)
    xr.testing.assert_identical(resumed.ds, whole.ds)


def test_a_stopped_run_goes_on(study, profiles, brief, tmp_path) -> None:
    asked = iter([False] * 12 + [True] * 100)
    with pytest.raises(Cancelled):
        assimilate(
            profiles,
            study.forcing,
            brief,
            seed=3,
            directory=tmp_path / "run",
            should_stop=lambda: next(asked),
        )
    assert 0 < len(list((tmp_path / "run" / "done").iterdir())) < 4
    resumed = assimilate(profiles, study.forcing, brief, seed=3, directory=tmp_path / "run")
    xr.testing.assert_identical(resumed.ds, assimilate(profiles, study.forcing, brief, seed=3).ds)


def test_a_half_written_chunk_is_written_again(study, profiles, brief, tmp_path) -> None:
    whole = assimilate(profiles, study.forcing, brief, seed=3, directory=tmp_path / "run")
    (tmp_path / "run" / "done" / "000001.json").unlink()
    chunk = next((tmp_path / "run" / "posterior.zarr" / "mean").glob("1.*"))
    chunk.write_bytes(chunk.read_bytes()[:20])
    again = assimilate(profiles, study.forcing, brief, seed=3, directory=tmp_path / "run")
    xr.testing.assert_identical(again.ds, whole.ds)


def test_other_choices_or_data_do_not_go_on_there(study, profiles, brief, tmp_path) -> None:
    assimilate(profiles.select(profiles.sites[:2]), study.forcing, brief, seed=3, directory=tmp_path / "run")
    with pytest.raises(InputError, match="expected the assimilation that was begun there"):
        assimilate(
            profiles.select(profiles.sites[:2]), study.forcing, brief, seed=4, directory=tmp_path / "run"
        )
    with pytest.raises(InputError, match="expected the assimilation that was begun there"):
        assimilate(
            profiles.select(profiles.sites[:3]), study.forcing, brief, seed=3, directory=tmp_path / "run"
        )


def test_a_directory_with_other_files_is_left_alone(study, profiles, brief, tmp_path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="expected an empty directory"):
        assimilate(profiles, study.forcing, brief, seed=3, directory=tmp_path)


def test_killed_while_the_directory_was_being_made_it_begins_again(study, profiles, brief, tmp_path) -> None:
    some = profiles.select(profiles.sites[:2])
    whole = assimilate(some, study.forcing, brief, seed=3, directory=tmp_path / "whole")
    (tmp_path / "half" / "done").mkdir(parents=True)
    (tmp_path / "half" / "posterior.zarr").mkdir()
    (tmp_path / "half" / ".job-0a1b2c3d.json").write_text('{"fingerpr')
    again = assimilate(some, study.forcing, brief, seed=3, directory=tmp_path / "half")
    xr.testing.assert_identical(again.ds, whole.ds)


def test_a_full_disk_is_said_and_what_is_finished_is_kept(
    study, profiles, brief, tmp_path, monkeypatch
) -> None:
    write, calls = xr.Dataset.to_zarr, []

    def full_after_two(ds, *arguments, **options):
        if "region" in options:
            calls.append(1)
            if len(calls) > 2:
                raise OSError(errno.ENOSPC, "No space left on device")
        return write(ds, *arguments, **options)

    monkeypatch.setattr(xr.Dataset, "to_zarr", full_after_two)
    with pytest.raises(StoreError, match="no space left on the disk; finished sites are kept"):
        assimilate(profiles, study.forcing, brief, seed=3, directory=tmp_path / "run")
    monkeypatch.undo()
    resumed = assimilate(profiles, study.forcing, brief, seed=3, directory=tmp_path / "run")
    xr.testing.assert_identical(resumed.ds, assimilate(profiles, study.forcing, brief, seed=3).ds)


@pytest.fixture
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
        yield cluster


def test_on_a_dask_cluster_a_killed_worker_costs_nothing_but_time(
    study, profiles, lasting, cluster, tmp_path
) -> None:
    killed = []

    def kill_one(progress) -> None:
        if not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    found = assimilate(
        *(profiles, study.forcing, lasting),
        **{"seed": 3, "scheduler": cluster.scheduler_address, "directory": tmp_path / "run"},
        on_progress=kill_one,
    )
    assert killed
    xr.testing.assert_identical(found.ds, assimilate(profiles, study.forcing, lasting, seed=3).ds)


def test_on_a_dask_cluster_a_run_stops_when_asked(study, profiles, lasting, cluster) -> None:
    long = lasting.with_(formal_iterations=5_000_000)
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        assimilate(
            *(profiles, study.forcing, long),
            **{"seed": 3, "scheduler": cluster.scheduler_address},
            should_stop=lambda: time.monotonic() - begun > 2.0,
        )
    assert time.monotonic() - begun < 20.0


@pytest.mark.slow
def test_a_site_that_brings_down_its_workers_is_set_aside(
    study, profiles, brief, cluster, monkeypatch
) -> None:
    from proda_core.assimilation import engines

    culprit = int(profiles.sites[7])
    monkeypatch.setattr(engines, "_remote_chunk", DiesAt(culprit))
    found = assimilate(
        *(profiles, study.forcing, brief), **{"seed": 3, "scheduler": cluster.scheduler_address}
    )
    assert found.ds["verdict"].sel(site=culprit) == 6
    others = [site for site in profiles.sites if site != culprit]
    whole = assimilate(profiles, study.forcing, brief, seed=3)
    np.testing.assert_array_equal(found.ds["mean"].sel(site=others), whole.ds["mean"].sel(site=others))


class DiesAt:
    """A chunk's work whose process dies at one site."""

    def __init__(self, culprit: int) -> None:
        self.culprit = culprit

    def __call__(self, profiles, forcing, spec, stop_name):
        from proda_core.assimilation.site_chunk import assimilate_chunk_isolated

        if self.culprit in profiles.sites:
            os._exit(1)
        return assimilate_chunk_isolated(profiles, forcing, spec)


def test_a_scheduler_that_is_not_there_is_named(study, profiles, brief) -> None:
    with pytest.raises(InputError, match="expected a Dask scheduler at tcp://127.0.0.1:9"):
        assimilate(profiles, study.forcing, brief, seed=3, scheduler="tcp://127.0.0.1:9")


def test_the_store_reads_back_the_choices(study, profiles, brief, tmp_path) -> None:
    found = assimilate(profiles, study.forcing, brief, seed=3, directory=tmp_path / "run")
    assert from_json(found.ds.attrs["schedule"]) == brief
    assert (tmp_path / "run" / chunk_store.SPEC_FILE).exists()


def test_finished_chunks_are_read_while_the_others_are_still_open(study, profiles, brief, tmp_path) -> None:
    spec = spec_of(study.forcing, brief, "proda", None, 1)
    store = chunk_store.open_store(tmp_path / "run", profiles.sites, 2, spec, "a fingerprint")
    part = site_chunk.failed(store.chunks[1], spec, "for the test")
    store.write(1, part, {})
    assert chunk_store.finished_chunks(tmp_path / "run") == [1]
    found = chunk_store.read_chunks(tmp_path / "run", [1], ["verdict", "rhat"])
    assert found["site"].values.tolist() == store.chunks[1].tolist()
    assert found["row"].values.tolist() == [2, 3][: len(store.chunks[1])]
    np.testing.assert_array_equal(found.attrs["sites"], profiles.sites)
