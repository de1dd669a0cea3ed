"""The command line as such: help, version, exit codes, and the data subcommands."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from proda_core.__main__ import app
from tests.unit.command_line import CommandLine


def _subcommands(command: typer.core.TyperGroup, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, inner in command.commands.items():
        deeper = hasattr(inner, "commands")
        found += _subcommands(inner, (*path, name)) if deeper else [(*path, name)]
    return found


SUBCOMMANDS = _subcommands(typer.main.get_command(app))


def test_the_subcommands_are_those_promised() -> None:
    promised = {
        ("simulate",),
        ("run",),
        ("dashboard",),
        ("bench",),
        ("twin",),
        ("export",),
        ("map",),
        ("report",),
        ("skill",),
        ("assimilate", "sites"),
        ("assimilate", "batch"),
    }
    promised |= {("data", name) for name in ("list", "show", "fetch", "check", "import")}
    promised |= {("runs", name) for name in ("list", "show", "agreement", "resume", "check")}
    assert set(SUBCOMMANDS) == promised


@pytest.mark.parametrize("path", SUBCOMMANDS, ids=" ".join)
def test_every_subcommand_teaches_with_an_example(proda: CommandLine, path: tuple[str, ...]) -> None:
    answer = proda(*path, "--help")
    assert answer.code == 0
    assert "Example" in answer.out
    assert " ".join(["proda", *path]) in " ".join(answer.out.split())


def test_the_version_is_the_packages_own(proda: CommandLine) -> None:
    from importlib.metadata import version

    assert proda("--version").out == f"proda {version('proda')}\n"


def test_python_m_proda_core_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "proda_core", "data", "list", "--json"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert '"northeast"' in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["simulate"],
        ["simulate", "--output", "x.nc", "--limit", "0"],
        ["simulate", "--output", "x.nc", "--bedrock", "granite"],
        ["run", "--schedule", "hasty"],
        ["dashboard", "--port", "0"],
        ["data", "show", "nonsense"],
        ["runs", "show", "nonsense"],
        ["runs", "resume", "nonsense"],
        ["bench", "nonsense"],
    ],
    ids=" ".join,
)
def test_bad_input_ends_with_exit_code_2_and_no_traceback(proda: CommandLine, arguments: list[str]) -> None:
    answer = proda(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err and "Traceback" not in answer.err


def test_an_unforeseen_failure_is_one_sentence_and_exit_code_1(
    proda: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("proda_core.sources.catalogue.entries", broken)
    answer = proda("data", "list")
    assert answer.code == 1
    assert answer.err.startswith("Failed: ZeroDivisionError: division by zero")
    assert len(answer.err.splitlines()) == 1


def test_data_list_names_every_data_set_and_its_state(proda: CommandLine) -> None:
    states = {row["name"]: row["state"] for row in proda("data", "list", "--json").json}
    assert states["example"] == "built in"
    assert set(states.values()) == {"built in", "not fetched"}
    assert {"northeast", "wosis_2023", "sanderman2017", "clm5"} <= set(states)
    assert "northeast" in proda("data", "list").out


def test_data_show_tells_licence_and_address(proda: CommandLine) -> None:
    facts = proda("data", "show", "northeast", "--json").json
    assert facts["licence"] == "unknown"
    assert facts["addresses"][0].startswith("https://raw.githubusercontent.com/Hardyxu8067/BINN_Demo/")
    assert len(facts["files"]) == 31
    assert "arXiv:2502.00672" in proda("data", "show", "northeast").out


def test_a_misspelt_data_set_is_answered_with_the_nearest(proda: CommandLine) -> None:
    answer = proda("data", "show", "northeest")
    assert answer.code == 2
    assert "did you mean northeast?" in answer.err


def test_fetching_without_accepting_an_unknown_licence_says_how_to_accept(proda: CommandLine) -> None:
    answer = proda("data", "fetch", "northeast")
    assert answer.code == 2
    assert "licence is unknown" in answer.err and "--accept-licence" in answer.err


def test_fetching_from_a_directory_that_lacks_a_file_names_it(proda: CommandLine, tmp_path: Path) -> None:
    answer = proda("data", "fetch", "northeast", "--from", tmp_path, "--accept-licence")
    assert answer.code == 2
    assert "expected the file Prediction_Data/grid_env_info_ID.txt" in answer.err


def test_fetching_without_a_network_is_a_failure_with_a_sentence(
    proda: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unreachable proxy stands for the missing network."""
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    answer = proda("data", "fetch", "northeast", "--accept-licence")
    assert answer.code == 1
    assert "is there a network?" in answer.err and "put it at" in answer.err


def test_the_real_files_are_fetched_from_a_directory(proda: CommandLine, real_data: Path) -> None:
    answer = proda(
        "data", "fetch", "northeast", "--from", real_data / "northeast", "--accept-licence", "--json"
    )
    assert answer.code == 0
    assert answer.json["files"] == 31
    states = {row["name"]: row["state"] for row in proda("data", "list", "--json").json}
    assert states["northeast"] == "here"


def test_a_port_in_use_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "proda_core",
                "dashboard",
                "--port",
                port,
                "--address",
                "127.0.0.1",
                "--no-open",
            ],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 2
    assert f"Port {port} is in use" in done.stderr
