"""Claims on the runs of a computer: named and never a path, listed whatever the shape of another one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.jobs.runs import Runs
from dashboard.jobs.services import Services
from dashboard.shell.shell import Shell
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.runs import start

SHORT = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=600, max_reruns=0)


@pytest.mark.parametrize("name", ["../secret", "a/b", ".hidden", ""])
def test_a_run_is_named_and_never_a_path(data_directory: Path, name: str) -> None:
    with pytest.raises(InputError, match="^Run: expected the name of a run"):
        Runs().carbon_map(name)


def test_a_run_that_is_not_there_is_a_sentence(data_directory: Path) -> None:
    with pytest.raises(InputError, match="expected a finished carbon map"):
        Runs().carbon_map("gone")
    assert Runs().with_maps("example") == ()


@pytest.mark.parametrize(
    "change",
    [
        {"choices": None},
        {"choices": {"study": "example", "schedule": "quick", "seed": None}},
        {"started": 5},
        {"stages": None},
    ],
)
def test_a_run_of_an_odd_shape_takes_no_page_down(
    idle_services: Services, study: Study, data_directory: Path, change: dict
) -> None:
    good = start(data_directory / "runs" / "good", study, {"schedule": "quick", "seed": 5})
    odd = data_directory / "runs" / "odd"
    odd.mkdir()
    (odd / "settings.json").write_text(json.dumps(good.settings | change))
    assert "good" in [choice.id for choice in Runs().all()]
    for text in ("null", "[]", '{"choices"', ""):
        (odd / "settings.json").write_text(text)
        assert "good" in [choice.id for choice in Runs().all()]
    Shell(idle_services, query={"page": "data"})


@pytest.mark.parametrize(
    "content", [b"", b"part,method\nheld out", b"\x00\xff\x00", b"part,method,r2\na,b,c\n"]
)
def test_scores_that_cannot_be_read_are_a_sentence(
    study: Study, data_directory: Path, content: bytes
) -> None:
    run = start(data_directory / "runs" / "half", study, {"schedule": "quick", "seed": 5})
    run.path("scores").write_bytes(content)
    with pytest.raises(InputError, match=r"scores\.csv: expected a table of scores; found"):
        Runs().scores("half")
