"""The README's words are run, so that they can not drift from what stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
import yaml

from proda_core.__main__ import app

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_the_journey_in_ten_lines_arrives_at_a_map() -> None:
    block = next(b for b in re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL) if "maps = " in b)
    names: dict = {}
    exec(block, names)
    stock = names["maps"].ds["stock"]
    assert stock.attrs["units"] == "kgC m-2"
    assert set(stock["product"].values) == {"default", "proda"}


def _commands() -> list[str]:
    """Every ``proda ...`` of an indented block, without its comment."""
    lines = [line[4:] for line in README.splitlines() if line.startswith("    proda ")]
    parts = [re.split(r"\s{3,}|\s+#", part.strip())[0] for line in lines for part in line.split(" | ")]
    return [part for part in parts if part.startswith("proda ")]


@pytest.mark.parametrize("text", _commands())
def test_every_command_of_the_readme_exists_with_its_options(text: str) -> None:
    command = typer.main.get_command(app)
    words = shlex.split(text)[1:]
    while words and hasattr(command, "commands"):
        assert words[0] in command.commands, f"{text}: expected one of {list(command.commands)}"
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_every_place_the_readme_names_is_there() -> None:
    named = re.findall(r"`((?:proda_core|dashboard|data|tests)/[\w/.]*)`", README)
    assert len(named) > 5
    assert [place for place in named if "NAME" not in place and not (ROOT / place).exists()] == []


def test_the_citation_names_the_version_and_both_references() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert f'version = "{cited["version"]}"' in (ROOT / "pyproject.toml").read_text()
    assert cited["license"] == "MIT"
    assert [reference["year"] for reference in cited["references"]] == [2024, 2020]
    assert cited["references"][1]["doi"] == "10.3389/fdata.2020.00017"
