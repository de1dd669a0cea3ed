"""Claims on results that change on disk: named, never read as other numbers, and made again by resume."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from proda_core import journey
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.run_integrity import DAMAGED, INTACT, UNKNOWN, check_run
from proda_core.run_manifest import MANIFEST, read_manifest
from proda_core.runs import Run, list_runs
from proda_core.showcase import directory as showcase_directory
from tests.faults.tiny_choices import CHOICES

FLIPS_PER_FILE, MANY_FLIPS_PER_FILE = 3, 150


def _flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def _flips(run: Run, per_file: int, seed: int = 1) -> list[tuple[str, int]]:
    """Files of results, and random bits of each."""
    random = np.random.default_rng(seed)
    sizes = {name: (run.directory / name).stat().st_size for name in read_manifest(run.directory)}
    return [(name, int(random.integers(size * 8))) for name, size in sizes.items() for _ in range(per_file)]


def _expect_every_flip_is_named(run: Run, per_file: int) -> None:
    for name, bit in _flips(run, per_file):
        stage = next(stage for stage in run.stages if name.startswith(run.path(stage).name))
        _flip(run.directory / name, bit)
        with pytest.raises(InputError, match=Path(name).name):
            run[stage]
        _flip(run.directory / name, bit)
    for stage in run.stages:
        run[stage]


def test_one_flipped_bit_in_any_result_is_named(copied_run: Run) -> None:
    _expect_every_flip_is_named(copied_run, FLIPS_PER_FILE)


@pytest.mark.slow
def test_many_flipped_bits_in_every_result_are_named(copied_run: Run) -> None:
    _expect_every_flip_is_named(copied_run, MANY_FLIPS_PER_FILE)


def test_every_result_has_a_checksum_and_check_says_so(copied_run: Run, proda) -> None:
    assert {row["state"] for row in check_run(copied_run)} == {INTACT}
    answer = proda("runs", "check", "run")
    assert answer.exit_code == 0 and "intact" in answer.stdout


@pytest.mark.parametrize("stage", ["posterior", "network", "scores"])
def test_a_damaged_result_is_named_by_check_and_made_again_by_resume(
    tiny_study: Study, tiny_run: Run, copied_run: Run, proda, stage: str
) -> None:
    path = copied_run.path(stage)
    file = next(path.rglob("weights.pt")) if path.is_dir() else path
    _flip(file, 8 * (file.stat().st_size // 2))
    rows = {row["stage"]: row["state"] for row in check_run(copied_run)}
    assert [name for name, state in rows.items() if state == DAMAGED] == [stage]
    answer = proda("runs", "check", "run")
    assert answer.exit_code == 2 and file.name in answer.stderr
    again = journey.run(tiny_study, copied_run.directory, **CHOICES)
    assert {row["state"] for row in check_run(again)} == {INTACT}
    if stage == "scores":
        assert again[stage].equals(tiny_run[stage])
    assert "it is computed again" in (copied_run.directory / "log.txt").read_text()


def test_a_missing_member_of_a_network_is_named(copied_run: Run) -> None:
    shutil.rmtree(copied_run.path("network") / "member1")
    with pytest.raises(InputError, match="member1"):
        copied_run["network"]


def test_a_run_of_an_earlier_release_is_listed_read_checked_and_resumed(
    tiny_study: Study, copied_run: Run
) -> None:
    """An earlier release wrote neither a schema nor checksums."""
    (copied_run.directory / MANIFEST).unlink()
    settings = {name: value for name, value in copied_run.settings.items() if name != "schema"}
    (copied_run.directory / "settings.json").write_text(json.dumps(settings))
    old = Run(copied_run.directory)
    assert list_runs(old.directory.parent)["problem"].tolist() == [""]
    assert {row["state"] for row in check_run(old)} == {UNKNOWN}
    assert journey.run(tiny_study, old.directory, **CHOICES).complete
    assert {row["state"] for row in check_run(old)} == {INTACT}


def test_a_truncated_result_without_a_checksum_is_made_again(tiny_study: Study, copied_run: Run) -> None:
    (copied_run.directory / MANIFEST).unlink()
    path = copied_run.path("carbon_map")
    path.write_bytes(path.read_bytes()[:1000])
    again = journey.run(tiny_study, copied_run.directory, **CHOICES)
    assert again["carbon_map"].products


def test_the_showcase_is_read_without_checksums() -> None:
    rows = check_run(Run(showcase_directory()))
    assert {row["state"] for row in rows} <= {UNKNOWN, INTACT}
