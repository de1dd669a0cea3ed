"""Data sets of the server: opened once, read-only, for all visitors."""

from __future__ import annotations

import threading
import time

from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.studies import KnownStudy, known_studies, open_study

FRESH = 2.0  # s; the list is not made again within


class Studies:
    """Every data set a visitor may look at."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.Lock] = {}
        self._open: dict[str, tuple[KnownStudy, Study]] = {}
        self._listed: tuple[float, tuple[KnownStudy, ...]] = (-FRESH, ())

    def all(self) -> tuple[KnownStudy, ...]:
        """The data sets there are, and whether their files are on this computer."""
        when, listed = self._listed
        if time.monotonic() - when > FRESH:
            listed = known_studies()
            self._listed = time.monotonic(), listed
        return listed

    def find(self, name: str) -> KnownStudy:
        """One of the data sets there are."""
        choices = self.all()
        found = next((choice for choice in choices if choice.name == name), None)
        if found is None:
            names = ", ".join(choice.name for choice in choices)
            raise InputError(f"Data set: expected one of {names}; found {name[:40]!r}")
        return found

    def is_open(self, name: str) -> bool:
        """Whether a data set can be had at once."""
        known = self._open.get(name)
        return known is not None and known[0] == self.find(name)

    def study(self, name: str) -> Study:
        """The data set of that name; it may take seconds unless it is open."""
        choice = self.find(name)
        with self._locks.setdefault(name, threading.Lock()):
            known = self._open.get(name)
            if known is None or known[0] != choice:
                self._open[name] = known = choice, open_study(name)
            return known[1]
