"""The rules of quality control, one by one, and the table they fill."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.study import CONSEQUENCES, QUALITY_COLUMNS
from proda_core.sources.quality import KEPT, LEFT_OUT, SET_ASIDE, Note, order_notes, table, usable_flags


@pytest.mark.parametrize(
    ("depth", "carbon", "flag"),
    [
        (0.1, 2e4, 0),
        (0.1, 5e5, 0),
        (0.1, 500_001, 1),
        (0.1, 0.0, 2),
        (0.1, -5.0, 2),
        (0.0, 2e4, 3),
        (8.6, 2e4, 0),
        (8.61, 2e4, 4),
        (0.1, np.nan, 5),
        (0.0, np.nan, 5),
        (0.0, 9e9, 3),
    ],
)
def test_the_first_reason_that_holds_is_the_flag(depth, carbon, flag):
    assert usable_flags(np.array([depth]), np.array([carbon]), 8.6)[0] == flag


def test_consequences_are_those_a_study_knows():
    assert {LEFT_OUT, SET_ASIDE, KEPT} == set(CONSEQUENCES)


def test_depths_that_fall_and_depths_that_repeat_are_two_notes():
    notes = order_notes(4, 99, np.array([0.1, 0.4, 0.2, 0.2]))
    assert [note.found for note in notes] == ["0.1, 0.4, 0.2, 0.2 m", "0.2 m 2 times"]
    assert order_notes(4, 99, np.array([0.1, 0.2])) == [] and order_notes(4, 99, np.array([])) == []


def test_the_table_puts_sites_in_order_and_cells_last():
    notes = [
        Note(-1, "a", "x", cell=2),
        Note(5, "b", "y"),
        Note(3, "c", "z", observation=1),
        Note(3, "d", "w"),
    ]
    frame = table(notes)
    assert frame["reason"].tolist() == ["d", "c", "b", "a"]
    assert list(frame.columns) == [*QUALITY_COLUMNS, "cell"]


def test_an_empty_table_still_has_its_columns():
    assert list(table([]).columns) == [*QUALITY_COLUMNS, "cell"]
