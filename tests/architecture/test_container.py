"""The Dockerfile: no engine builds it here, so what it names is checked against the project."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path

import pytest
import typer

from proda_core.__main__ import app


@pytest.fixture(scope="module")
def instructions(repository: Path) -> list[tuple[str, str]]:
    """The instructions of the Dockerfile in their order, with continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (repository / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def _of(instructions: list[tuple[str, str]], name: str) -> list[str]:
    return [rest for word, rest in instructions if word == name]


def test_every_instruction_is_one_that_docker_knows(instructions) -> None:
    known = {"FROM", "ARG", "ENV", "RUN", "COPY", "WORKDIR", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert {word for word, _ in instructions} <= known
    assert instructions[0] == ("FROM", "python:3.11-slim AS packages")


def test_every_copied_path_exists_and_is_sent_to_the_engine(repository: Path, instructions) -> None:
    ignored = (repository / ".dockerignore").read_text().splitlines()
    for copied in _of(instructions, "COPY"):
        sources = copied.split()[:-1]
        if sources[0].startswith("--from="):
            continue
        for source in sources:
            assert (repository / source).exists(), source
            assert f"!{source.split('/')[0]}" in ignored, f"{source} is not sent to the engine"


def test_the_build_has_what_setuptools_reads(repository: Path, instructions) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    copied = " ".join(_of(instructions, "COPY")).split()
    assert {"pyproject.toml", project["readme"], *project["license-files"]} <= set(copied)


def test_it_serves_as_a_user_without_privileges(instructions) -> None:
    assert _of(instructions, "USER") == ["proda"]
    assert any("useradd" in run and " proda" in run for run in _of(instructions, "RUN"))
    after = [word for word, _ in instructions[instructions.index(("USER", "proda")) :]]
    assert "RUN" not in after and "COPY" not in after


def test_the_command_it_runs_exists_with_its_options(instructions) -> None:
    (text,) = _of(instructions, "CMD")
    program, command, *options = json.loads(text)
    known = {
        o for p in typer.main.get_command(app).commands[command].params for o in (*p.opts, *p.secondary_opts)
    }
    assert program == "proda"
    assert {option for option in options if option.startswith("--")} <= known


def test_the_health_command_is_the_projects_own(instructions) -> None:
    (text,) = _of(instructions, "HEALTHCHECK")
    command = json.loads(text[text.index("[") :])
    assert command[:2] == ["python", "-m"]
    assert importlib.util.find_spec(command[2]) is not None
    (port,) = _of(instructions, "EXPOSE")
    assert f":{port}/" in command[3]


def test_packages_come_from_the_lock(instructions) -> None:
    installs = [part for run in _of(instructions, "RUN") for part in re.findall(r"pip install [^&|)]*", run)]
    assert len(installs) == 3
    assert all("--no-deps" in install for install in installs)
    assert all("--require-hashes" in install for install in installs if "-r " in install)
