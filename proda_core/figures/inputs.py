"""A figure takes the table it draws, or a run in its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature

import pandas as pd

from proda_core.records.checks import InputError, expect
from proda_core.records.study import Study
from proda_core.run_source import expect_study_of, source_of
from proda_core.runs import Run
from proda_core.showcase import showcase
from proda_core.studies import known_studies, open_study

SYNTHETIC = "synthetic data"


def from_run(compute: Callable[..., pd.DataFrame]) -> Callable:
    """Let a figure accept a run, from which ``compute`` makes its table.

    Arguments of ``compute`` are then accepted too: study, references, part and others. Without a study
    it is opened by the name in the settings of the run; the note says by itself that data are synthetic.
    """
    accepted = signature(compute).parameters

    def decorate(draw: Callable) -> Callable:
        @wraps(draw)
        def figure(source, **options):
            if isinstance(source, Run):
                given = {name: options.pop(name) for name in accepted if name in options}
                study, references, note = _beside(source)
                known = {"study": study, "references": references}
                arguments = {name: known[name] for name in known if name in accepted} | given
                source, options = compute(source, **arguments), {"note": note} | options
            empty = isinstance(source, pd.DataFrame) and source.empty
            expect(not empty, f"{draw.__name__}: expected rows to draw, found none")
            return draw(source, **options)

        return figure

    return decorate


def _beside(run: Run) -> tuple:
    """Return the places of a run, its reference products, and the note of its figures."""
    choice = run.settings["choices"]["study"]
    synthetic = any(known.name == choice and known.synthetic for known in known_studies())
    if "showcase" in run.settings:
        shown = showcase(run.directory)
        return shown.observed, dict(shown.references), SYNTHETIC if synthetic else ""
    try:
        study = expect_study_of(run, open_study(source_of(run)))
    except (InputError, OSError):
        return None, {}, SYNTHETIC if synthetic else ""
    return study, {}, SYNTHETIC if isinstance(study, Study) and study.synthetic else ""
