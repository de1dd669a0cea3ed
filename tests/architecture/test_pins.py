"""One environment in two files: pyproject.toml for pip and environment.yml for conda-forge."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

# Names on conda-forge that differ from PyPI.
CONDA_NAMES = {"torch": "pytorch", "playwright": "playwright-python"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pyproject(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


def _pins(requirements: list[str]) -> dict[str, str]:
    pins = {}
    for requirement in requirements:
        name, separator, version = requirement.partition("==")
        assert separator and version, f"expected an exact pin, found {requirement!r}"
        pins[_normal(name)] = version
    return pins


def _conda_pins(root: Path) -> dict[str, str]:
    entries = yaml.safe_load((root / "environment.yml").read_text())["dependencies"]
    plain = [entry for entry in entries if isinstance(entry, str) and "=" in entry and ">" not in entry]
    by_pip = [pin for entry in entries if isinstance(entry, dict) for pin in entry["pip"]]
    return _pins([re.sub(r"(?<!=)=(?!=)", "==", pin) for pin in plain] + by_pip)


@pytest.fixture(scope="module")
def runtime(repository: Path) -> dict[str, str]:
    return _pins(_pyproject(repository)["dependencies"])


def test_both_environments_pin_the_same_versions(repository: Path, runtime: dict[str, str]) -> None:
    extras = _pyproject(repository)["optional-dependencies"]
    pins = runtime | _pins(extras["test"]) | _pins(extras["docs"])
    expected = {_normal(CONDA_NAMES.get(n, n)): v for n, v in pins.items()}
    assert _conda_pins(repository) == expected


def test_both_environments_ask_for_the_same_python(repository: Path) -> None:
    entries = yaml.safe_load((repository / "environment.yml").read_text())["dependencies"]
    assert "python" + _pyproject(repository)["requires-python"] in entries


def _imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def _unpinned(files: list[Path], pins: dict[str, str]) -> list[str]:
    """Packages from outside that files import without a pin."""
    imported = set().union(*(_imported(ast.parse(f.read_text())) for f in files))
    ours = {"proda_core", "dashboard", "tests"} | {f.stem for f in files if f.parent.name == "_ext"}
    outside = imported - sys.stdlib_module_names - ours
    distributions = packages_distributions()
    return sorted(n for n in outside if not {_normal(d) for d in distributions.get(n, [n])} & set(pins))


def test_every_imported_package_is_pinned(repository: Path, runtime: dict[str, str]) -> None:
    """A package that arrives only because another one needs it may leave the same way."""
    files = {*repository.glob("proda_core/**/*.py"), *repository.glob("dashboard/**/*.py")}
    clock = repository / "dashboard" / "benchmarks" / "browser_clock.py"
    assert _unpinned(sorted(files - {clock}), runtime) == []
    # The timer of a browser needs Playwright, which the test extra brings.
    extra = _pins(_pyproject(repository)["optional-dependencies"]["test"])
    assert _unpinned([clock], runtime | extra) == []


def test_every_package_the_tests_import_is_pinned(repository: Path, runtime: dict[str, str]) -> None:
    extras = _pyproject(repository)["optional-dependencies"]
    pins = runtime | _pins(extras["test"]) | _pins(extras["docs"])
    assert _unpinned([*repository.glob("tests/**/*.py"), *repository.glob("docs/**/*.py")], pins) == []
