"""Data sets of the server: opened once, read-only, for all visitors."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.studies import known_studies, open_study


@dataclass(frozen=True)
class Choice:
    """One line of the data set menu."""

    name: str
    title: str
    synthetic: bool
    here: bool

    @property
    def badge(self) -> str:
        """The word that is always in view beside the data set."""
        return "synthetic" if self.synthetic else "measured"


class Studies:
    """Every data set a visitor may look at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, Study] = {}

    def choices(self) -> tuple[Choice, ...]:
        """The studies there are, and whether their files are on this computer."""
        return tuple(Choice(s.name, s.title, s.synthetic, s.here) for s in known_studies())

    def choice(self, name: str) -> Choice:
        """One study of those there are."""
        found = next((choice for choice in self.choices() if choice.name == name), None)
        if found is None:
            names = ", ".join(choice.name for choice in self.choices())
            raise InputError(f"Data set: expected one of {names}; found {name!r}")
        return found

    def study(self, name: str) -> Study:
        """The data set of that name."""
        with self._lock:
            if name not in self._open:
                self.choice(name)
                self._open[name] = open_study(name)
            return self._open[name]
