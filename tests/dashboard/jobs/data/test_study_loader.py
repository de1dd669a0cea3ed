"""Claims on loading data sets: in the background, each by itself, and a failure is a sentence."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dashboard.jobs.data.studies import Studies
from dashboard.jobs.data.study_loader import StudyLoader
from dashboard.jobs.workers import Workers
from proda_core.records.checks import InputError


def test_a_data_set_is_opened_in_the_background_and_a_failure_is_a_sentence(
    data_directory: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    studies = Studies()
    loader = StudyLoader(studies, workers)
    load = loader.load("example")
    assert load.wait(60) and load.error == "" and studies.is_open("example")

    def refuse(self: object, name: str) -> None:
        raise InputError("profiles.nc: expected carbon, found none")

    monkeypatch.setattr(Studies, "study", refuse)
    failed = loader.load("northeast")
    assert failed is not load and failed.wait(60)
    assert failed.error == "profiles.nc: expected carbon, found none"
    assert loader.load("northeast") is not failed


def test_one_data_set_under_way_does_not_hold_up_another(
    data_directory: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    studies, original = Studies(), Studies.study
    loader = StudyLoader(studies, workers)

    def slow(self: Studies, name: str) -> object:
        if name == "northeast":
            time.sleep(20)
        return original(self, name)

    monkeypatch.setattr(Studies, "study", slow)
    first = loader.load("northeast")
    assert loader.load("northeast") is first
    assert loader.load("example").wait(10)
    assert not first.finished
