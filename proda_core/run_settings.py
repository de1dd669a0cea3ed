"""``settings.json`` of a run: read with bounds, checked field by field, refused where of a later layout."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from proda_core.records.checks import InputError, expect
from proda_core.stages import STAGES

SETTINGS = "settings.json"
SCHEMA = 2  # of a run directory; 1: without schema and checksums
MOST_BYTES = 16_000_000  # of settings; those of a run have some 10 kB
_TEXTS, _TABLES = ("study", "schedule"), ("details", "input_sha256", "versions")


def read_settings(directory: Path) -> dict[str, Any]:
    """Return the settings of the run in ``directory``.

    Raises InputError in one sentence whatever the file holds, and for a run of a later release.
    """
    path = directory / SETTINGS
    text = read_text(path, MOST_BYTES)
    if text is None:
        raise InputError(f"{directory}: expected a run, found no {SETTINGS}")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: expected readable settings of a run, found {error}") from error
    _expect_settings(found, path)
    return found


def read_text(path: Path, most_bytes: int) -> str | None:
    """Return the text of a regular file; None where there is none, InputError where it cannot be read."""
    try:
        state = path.stat()
        expect(stat.S_ISREG(state.st_mode), f"{path}: expected a regular file, found another kind")
        expect(
            state.st_size <= most_bytes,
            f"{path}: expected at most {most_bytes:,} bytes, found {state.st_size:,}",
        )
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError) as error:
        raise InputError(f"{path}: expected a readable text, found {error}") from error


def _expect_settings(found: Any, path: Path) -> None:
    """Check types of what is read everywhere; raises InputError with the field."""
    expect(isinstance(found, Mapping), f"{path}: expected readable settings of a run, found no table")
    _expect_schema(found, path)
    choices = found.get("choices")
    expect(isinstance(choices, Mapping), f"{path}: expected readable settings of a run, found no choices")
    for name in _TEXTS:
        _expect_text(choices.get(name), f"{path}: choices: {name}")
    seed = choices.get("seed")
    whole = isinstance(seed, int) and not isinstance(seed, bool) and seed >= 0
    expect(whole, f"{path}: choices: seed: expected a whole number from 0, found {_shown(seed)}")
    _expect_text(found.get("started"), f"{path}: started")
    for name in _TABLES:
        expect(isinstance(found.get(name, {}), Mapping), f"{path}: {name}: expected a table, found another")
    _expect_stages(found.get("stages", []), path)


def _expect_schema(found: Mapping[str, Any], path: Path) -> None:
    schema = found.get("schema", 1)
    known = isinstance(schema, int) and not isinstance(schema, bool) and 1 <= schema <= SCHEMA
    expect(
        known,
        f"{path}: expected a run of schema 1 to {SCHEMA}, found schema {_shown(schema)}, perhaps of a later"
        " release",
    )


def _expect_stages(stages: Any, path: Path) -> None:
    expect(isinstance(stages, list), f"{path}: stages: expected a list of names, found {_shown(stages)}")
    unknown = [_shown(name) for name in stages if not isinstance(name, str) or name not in STAGES]
    expect(
        not unknown,
        f"{path}: stages: expected stages this release knows, found {', '.join(unknown[:3])}, perhaps of a"
        " later release",
    )


def _expect_text(value: Any, what: str) -> None:
    expect(isinstance(value, str), f"{what}: expected a text, found {_shown(value)}")


def _shown(value: Any) -> str:
    """Return a value in at most some sixty characters, however deep or long it is."""
    return repr(value)[:60] if isinstance(value, (str, int, float, type(None))) else type(value).__name__
