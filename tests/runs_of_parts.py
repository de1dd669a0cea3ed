"""Runs of a part of a study, recorded as runs of the whole study that pages and commands open by its name."""

from __future__ import annotations

import json

from proda_core.records.study import Study
from proda_core.runs import SETTINGS, Run, fingerprint


def recorded_as_run_of(run: Run, whole: Study) -> Run:
    """Write the hashes of the whole study into the settings of a run of some of its sites."""
    path = run.directory / SETTINGS
    path.write_text(json.dumps(json.loads(path.read_text()) | {"input_sha256": fingerprint(whole)}))
    return Run(run.directory)
