"""The file beside the results of an assimilation: its choices, and a fingerprint of choices and data."""

from __future__ import annotations

import json
from pathlib import Path

from proda_core.assimilation.spec import AssimilationSpec
from proda_core.records.atomic_write import atomic_write
from proda_core.records.checks import InputError, expect

SPEC_FILE = "job.json"


def write_spec(directory: Path, spec: AssimilationSpec, fingerprint: str, **more: object) -> None:
    """Write the choices and ``more`` values of a new assimilation into its directory."""
    saved = {"fingerprint": fingerprint, **more, **spec.to_dict()}
    with atomic_write(directory / SPEC_FILE) as temporary:
        temporary.write_text(json.dumps(saved, indent=1))


def expect_same_spec(directory: Path, fingerprint: str, *names: str) -> dict:
    """Return the values of ``names`` that :func:`write_spec` wrote.

    Raises InputError if the file is damaged, or written for other choices or other data.
    """
    path = directory / SPEC_FILE
    try:
        saved = json.loads(path.read_text())
        found, values = saved["fingerprint"], {name: saved[name] for name in names}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: expected the choices of an assimilation, found {error}") from error
    expect(
        found == fingerprint,
        f"{directory}: expected the assimilation that was begun there (seed {saved.get('seed')}, schedule"
        f" {saved.get('schedule', {}).get('name')}), found other choices or other data",
    )
    return values
