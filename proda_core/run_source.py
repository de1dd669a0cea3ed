"""The data set a run was made from: what to open, and whether what was opened is still the same."""

from __future__ import annotations

import json
from pathlib import Path
from weakref import WeakKeyDictionary

from proda_core.records import store
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.runs import Run, fingerprint

SOURCE = "study.json"  # in the directory of a run: name, title and, of a directory study, its path
DIRECTORY = "directory"  # entry of a study's provenance: the path it was read from
_FINGERPRINTS: WeakKeyDictionary[Study, dict[str, str]] = WeakKeyDictionary()


def write_source(run: Run, study: Study) -> None:
    """Write which study a run is made from; nothing where that is written."""
    path = run.directory / SOURCE
    if path.exists():
        return
    known = {"name": study.name, "title": study.title, "synthetic": study.synthetic}
    known |= {DIRECTORY: study.provenance[DIRECTORY]} if DIRECTORY in study.provenance else {}
    with store.atomic_write(path) as temporary:
        temporary.write_text(json.dumps(known, indent=1))


def source_of(run: Run) -> str:
    """Return the name or path that opens the study of a run: as recorded, else the name among its choices."""
    try:
        known = json.loads((run.directory / SOURCE).read_text())
    except FileNotFoundError:
        known = {}
    except (OSError, ValueError) as error:
        raise InputError(f"{run.directory / SOURCE}: expected the study of a run, found {error}") from error
    path = str(known.get(DIRECTORY, "")) if isinstance(known, dict) else ""
    return path or str(run.settings["choices"]["study"])


def changed_records(run: Run, study: Study) -> list[str]:
    """Names of the records whose numbers are not those the run was made from; none for a showcase.

    The continent of a showcase is generated on each computer, and differs between them by rounding.
    """
    made_from = run.settings.get("input_sha256", {})
    if "showcase" in run.settings or not made_from:
        return []
    if study not in _FINGERPRINTS:
        _FINGERPRINTS[study] = fingerprint(study)
    now = _FINGERPRINTS[study]
    return [name for name, digest in made_from.items() if now.get(name, digest) != digest]


def expect_study_of(run: Run, study: Study) -> Study:
    """Return the study; raises InputError unless it has the numbers the run was made from."""
    changed = changed_records(run, study)
    if not changed:
        return study
    source = Path(source_of(run))
    place = f" in {source}" if source.is_absolute() else ""
    raise InputError(
        f"run {run.id}: expected its data set {run.settings['choices']['study']}{place} as it was; found"
        f" {study.name} with other numbers ({', '.join(changed)} differ)"
    )
