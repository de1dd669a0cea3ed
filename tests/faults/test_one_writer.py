"""Claims on two writers: one goes on, the other is told who writes; the lock ends with its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from proda_core import journey
from proda_core.records.checks import InputError
from proda_core.records.directory_lock import LOCK, BusyError, expect_no_writer, only_writer, writer_of
from proda_core.records.study import Study
from proda_core.runs import Run, extend
from tests.faults.tiny_choices import CHOICES

HOLD = """
import sys, time
from proda_core.records.directory_lock import only_writer
with only_writer(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def another_writer(directory: Path) -> Iterator[subprocess.Popen]:
    """A process that holds the lock of a directory."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(directory)], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"held\n"
        yield process
    finally:
        process.kill()
        process.wait()


def test_the_second_writer_is_told_who_writes_and_leaves_the_run_as_it_is(
    tiny_study: Study, copied_run: Run
) -> None:
    before = sorted(path.name for path in copied_run.directory.iterdir())
    with another_writer(copied_run.directory) as process:
        with pytest.raises(BusyError, match=f"the only writer, found process {process.pid} on"):
            journey.run(tiny_study, copied_run.directory, **CHOICES)
        with pytest.raises(BusyError):
            extend(copied_run, {})
        assert writer_of(copied_run.directory).pid == process.pid
    assert sorted(path.name for path in copied_run.directory.iterdir()) == before
    assert journey.run(tiny_study, copied_run.directory, **CHOICES).complete


def test_the_lock_of_a_killed_process_is_gone(tmp_path: Path) -> None:
    with another_writer(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert writer_of(tmp_path) is None
        expect_no_writer(tmp_path)
        with only_writer(tmp_path):
            assert writer_of(tmp_path).pid == os.getpid()


def test_two_threads_of_one_process_do_not_write_together(tmp_path: Path) -> None:
    with only_writer(tmp_path), pytest.raises(BusyError), only_writer(tmp_path):
        pass


def test_asking_who_writes_disturbs_no_writer(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()
    code = (
        "import sys\nfrom proda_core.records.directory_lock import writer_of\n"
        "print('asks', flush=True)\nwhile True: writer_of(sys.argv[1])"
    )
    asking = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert asking.stdout.readline() == b"asks\n"
        for _ in range(20):
            with only_writer(tmp_path):
                time.sleep(0.01)
    finally:
        asking.kill()
        asking.wait()


def test_a_refused_start_leaves_no_directory(tmp_path: Path) -> None:
    with pytest.raises(InputError), only_writer(tmp_path / "new"):
        raise InputError("bad choices")
    assert not (tmp_path / "new").exists()


def test_the_command_ends_with_2_and_one_sentence(copied_run: Run, proda) -> None:
    with another_writer(copied_run.directory):
        answer = proda("runs", "resume", "run")
    assert answer.exit_code == 2
    assert "expected to be the only writer, found process" in answer.stderr
