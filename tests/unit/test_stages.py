"""The table of stages: its order, its shares, and the functions that compute what it lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proda_core import stage_files
from proda_core.runs import SETTINGS, Run, extend
from proda_core.stages import STAGES, dependants


def test_a_stage_needs_only_stages_above_it() -> None:
    above: set[str] = set()
    for stage in STAGES.values():
        assert set(stage.needs) <= above, stage.name
        above.add(stage.name)


def test_the_shares_of_time_are_those_of_the_whole_run() -> None:
    assert sum(stage.time_share for stage in STAGES.values()) == pytest.approx(1.0)


def test_every_stage_has_its_own_file() -> None:
    assert len({stage.file for stage in STAGES.values()}) == len(STAGES)


def test_every_stage_is_computed_by_one_function() -> None:
    from proda_core.journey import STAGE_FUNCTIONS

    assert list(STAGE_FUNCTIONS) == list(STAGES)


def test_everything_that_shows_products_depends_on_the_network_through_the_soil_model() -> None:
    shown = {"carbon_map", "process_map", "site_carbon", "pairs", "stocks", "scores", "scores_by_interval"}
    assert set(dependants(["end_to_end"])) == shown | {"component_control"}
    assert dependants(["component_control"]) == ()


def test_a_run_asked_for_more_stages_loses_what_depends_on_them_and_nothing_else(tmp_path: Path) -> None:
    stages = [name for name in STAGES if name != "end_to_end"]
    choices = {"study": "example", "schedule": "quick", "seed": 1}
    settings = {"choices": choices, "started": "2026-01-01T00:00:00", "stages": stages}
    (tmp_path / SETTINGS).write_text(json.dumps(settings))
    for name in stages:
        (tmp_path / STAGES[name].file).touch()
    extended = extend(Run(tmp_path), {"end_to_end": {}})
    assert extended.stages == tuple(STAGES)
    assert extended.finished == ("split", "posterior", "batch", "network", "parameter_map")
    assert extended.unfinished == ("end_to_end", *dependants(["end_to_end"]))


def test_a_table_without_rows_is_no_damage(tmp_path) -> None:
    # no profile covers a whole interval: the stage writes a heading alone
    path = tmp_path / "scores_by_interval.csv"
    path.write_text("part\n")
    assert stage_files.read(path, "scores_by_interval").empty
