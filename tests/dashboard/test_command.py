"""Claims on the command: a port that cannot be had is a sentence and exit code 2."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.__main__ import address_problem, main


@pytest.fixture
def free() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def taken():
    """A port that is in use."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_told_with_another_to_take(taken: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", str(taken), "--address", "127.0.0.1"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"Port {taken} is in use")
    assert "--port" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("port", ["0", "70000", "-5", "http", "50.5", ""])
def test_a_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([f"--port={port}"])
    assert ended.value.code == 2
    assert "expected a port from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["no-such-host.invalid", "203.0.113.77"])
def test_an_address_of_another_computer_is_refused(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "50999", "--address", address]) == 2
    assert address in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nonsense", "../../etc", "northeast", ""])
def test_a_first_data_set_that_is_not_here_is_refused(
    name: str, free: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PRODA_DATA_DIR", str(tmp_path))
    assert main(["--data", name, "--port", str(free), "--address", "127.0.0.1"]) == 2
    assert "Data set: expected one of example, teaching" in capsys.readouterr().err


def test_a_free_port_is_taken_without_a_word() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert address_problem("127.0.0.1", free) == ""


def test_help_comes_before_the_slow_imports(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "dashboard", "--help"],
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert "--port" in done.stdout and "--address" in done.stdout and "--open" in done.stdout
    assert "panel" not in done.stderr
