"""The documentation builds without a warning and without a network; what it names exists."""

from __future__ import annotations

import ast
import importlib
import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import typer

from proda_core.__main__ import app
from proda_core.assimilation.schedules import Schedule
from proda_core.network.settings import NetworkSettings
from proda_core.records.settings import field_help

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for path in (ROOT / "docs").rglob("*.md") if "generated" not in path.parts)
ALL_PAGES = [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
ADDRESS = re.compile(r"<(?:script|link|img|iframe)[^>]*?(?:src|href)=\"((?:https?:)?//[^\"]+)\"")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; the notebooks are executed by test_tutorials.py."""
    built = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    command += ["-d", str(built / "doctrees"), "-D", "nb_execution_mode=off", "docs", str(built / "html")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stdout + result.stderr
    return built / "html"


def test_the_site_builds_without_a_warning(site: Path) -> None:
    assert (site / "index.html").is_file()


def test_no_page_fetches_anything(site: Path) -> None:
    fetched = {
        (page.name, address) for page in site.rglob("*.html") for address in ADDRESS.findall(page.read_text())
    }
    assert not fetched


def test_every_command_is_in_the_reference_with_its_options(site: Path) -> None:
    text = (site / "reference" / "generated" / "commands.html").read_text()
    for name, command in typer.main.get_command(app).commands.items():
        for path, leaf in [(name, command), *getattr(command, "commands", {}).items()]:
            place = f"proda-{name}" if leaf is command else f"proda-{name}-{path}"
            assert f'id="{place}"' in text, place
            options = {option for parameter in leaf.params for option in parameter.opts}
            assert [o for o in options if o.startswith("--") and f">{o}</span>" not in text] == []


@pytest.mark.parametrize(
    ("record", "where"), [(Schedule, "schedules"), (NetworkSettings, "network_settings")]
)
def test_every_field_of_schedule_and_network_is_explained(site: Path, record: type, where: str) -> None:
    text = (site / "reference" / "generated" / f"{where}.html").read_text()
    names = [field.name for field in fields(record) if field.name != "name"]
    assert [name for name in names if not field_help(record).get(name)] == []
    assert [name for name in names if f">{name}</span>" not in text] == []


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    import proda_core

    text = (site / "reference" / "generated" / "api_front_door.html").read_text()
    assert [name for name in proda_core.__all__ if f">{name}<" not in text] == []


def _commands() -> list[tuple[str, str]]:
    """Every ``proda ...`` of an indented block or of a code span, with its page."""
    found = []
    for page in ALL_PAGES:
        text = page.read_text(encoding="utf-8")
        lines = [line[4:] for line in text.splitlines() if line.startswith("    proda ")]
        parts = [re.split(r"\s{3,}|\s+#", part.strip())[0] for line in lines for part in line.split(" | ")]
        parts += re.findall(r"`(proda [^`]+)`", text.replace("\n", " "))
        found += [(page.relative_to(ROOT).as_posix(), part) for part in parts if part.startswith("proda ")]
    return found


@pytest.mark.parametrize(("where", "text"), _commands())
def test_every_command_of_the_pages_exists_with_its_options(where: str, text: str) -> None:
    command = typer.main.get_command(app)
    words = [word for word in shlex.split(text)[1:] if word != "..."]
    while words and hasattr(command, "commands"):
        assert words[0] in command.commands, f"{where}: {text}: expected one of {list(command.commands)}"
        command = command.commands[words.pop(0)]
    known = {option for p in command.params for option in (*p.opts, *p.secondary_opts)} | {"--help"}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("path", ALL_PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_import_and_place_of_the_page_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] in ("proda_core", "dashboard"):
                module = importlib.import_module(node.module)
                assert [alias.name for alias in node.names if not hasattr(module, alias.name)] == []
    places = re.findall(r"`((?:proda_core|dashboard|docs|tests|requirements|data)/[\w./]*)`", text)
    ignored = ("data/raw", "docs/reference/data/NAME")
    missing = [p for p in places if "NAME" not in p and not p.startswith(ignored) and not (ROOT / p).exists()]
    assert missing == []
