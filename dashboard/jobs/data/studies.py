"""Data sets of the server, opened once for all visitors and never changed."""

from __future__ import annotations

import threading
import time

from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.studies import KnownStudy, known_studies, open_study

FRESH_SECONDS = 2.0  # the list of data sets is reused within


class Studies:
    """Every data set that a visitor may choose."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.Lock] = {}
        self._open: dict[str, tuple[KnownStudy, Study]] = {}
        self._listed: tuple[float, tuple[KnownStudy, ...]] = (-FRESH_SECONDS, ())

    def all(self) -> tuple[KnownStudy, ...]:
        """Return all data sets, and whether their files are on this computer."""
        when, listed = self._listed
        if time.monotonic() - when > FRESH_SECONDS:
            listed = known_studies()
            self._listed = time.monotonic(), listed
        return listed

    def find(self, name: str) -> KnownStudy:
        """Return a data set by its name; InputError for an unknown one."""
        choices = self.all()
        found = next((choice for choice in choices if choice.name == name), None)
        if found is None:
            names = ", ".join(choice.name for choice in choices)
            raise InputError(f"Data set: expected one of {names}; found {name[:40]!r}")
        return found

    def is_open(self, name: str) -> bool:
        """Return whether a data set is open."""
        known = self._open.get(name)
        return known is not None and known[0] == self.find(name)

    def study(self, name: str) -> Study:
        """Return the data set of that name; opening it may take seconds."""
        choice = self.find(name)
        with self._locks.setdefault(name, threading.Lock()):
            known = self._open.get(name)
            if known is None or known[0] != choice:
                self._open[name] = known = choice, open_study(name)
            return known[1]
