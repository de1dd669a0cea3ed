"""Both runs that come with the project are offered, each with what is stored of it."""

from __future__ import annotations

import pytest

from dashboard.jobs.runs import COMPARED, SHIPPED, SHOWCASE, Runs
from dashboard.jobs.tasks.comparison import FRAMES, read_frame
from proda_core.records.checks import InputError


@pytest.fixture(scope="module")
def runs() -> Runs:
    return Runs()


def test_both_are_listed_after_own_runs_and_have_maps_and_scores(runs) -> None:
    listed = [summary for summary in runs.with_maps("teaching") if summary.id in SHIPPED]
    assert [(summary.id, summary.schedule) for summary in listed] == [
        (SHOWCASE, "modern"),
        (COMPARED, "chapter"),
    ]
    for summary in listed:
        assert "unfinished" not in summary.title
        assert {"default", "batch", "proda"} <= set(runs.carbon_map(summary.id).products)
        assert set(runs.scores(summary.id)["method"]) >= {"default", "batch", "proda"}


def test_the_published_schedule_did_not_converge_and_the_showcase_did(runs) -> None:
    assert not runs.batch_disagrees(SHOWCASE)
    assert not runs.not_converged(SHOWCASE)
    assert runs.batch_disagrees(COMPARED)
    assert runs.not_converged(COMPARED)


def test_neither_is_deleted(runs) -> None:
    for name in SHIPPED:
        with pytest.raises(InputError, match="belongs to the program"):
            runs.delete(name)


@pytest.mark.parametrize("figure", ["table", "maps", "totals", "agreement"])
def test_the_run_to_compare_with_has_tables_of_its_maps(figure) -> None:
    assert len(read_frame(COMPARED, "teaching", figure, "", "0-100"))


@pytest.mark.parametrize("figure", sorted(set(FRAMES) - {"table", "maps", "totals", "agreement"}))
def test_what_is_not_stored_is_said_in_a_sentence(figure) -> None:
    try:
        read_frame(COMPARED, "teaching", figure, "test", "0-100")
    except (InputError, KeyError, FileNotFoundError) as error:
        assert isinstance(error, InputError), f"{figure}: {error!r}"
