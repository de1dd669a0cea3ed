"""One report of the hand-written run, written once, and the run itself."""

from __future__ import annotations

import pandas as pd
import pytest

from proda_core.report.write import write_report
from tests.unit.comparison import made_run

REMARK = "A remark with <angle> brackets."


@pytest.fixture(scope="package")
def run(tmp_path_factory):
    return made_run.write(tmp_path_factory.mktemp("runs") / "made")


@pytest.fixture(scope="package")
def skill():
    """Two splits of one kind and of another."""
    table = pd.DataFrame({"split": [0, 1], "method": "proda", "part": "test", "nse": [0.6, 0.4]})
    table = table.assign(r2=0.5, rmse=10.0, bias=0.0)
    return {"random": table, "spatial": table.assign(nse=[0.3, 0.3])}


@pytest.fixture(scope="package")
def told():
    return []


@pytest.fixture(scope="package")
def written(run, skill, told, tmp_path_factory):
    return write_report(
        run,
        made_run.places(),
        tmp_path_factory.mktemp("report") / "out",
        references={"wise30sec-like": made_run.reference()},
        skill=skill,
        synthetic=True,
        date="2026-01-02T03:04:05Z",
        command="proda report made",
        remarks=(REMARK,),
        on_progress=told.append,
    )
