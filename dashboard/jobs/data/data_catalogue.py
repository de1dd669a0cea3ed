"""All data sets of the catalogue and the imports, and the job that fetches one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dashboard.jobs.job import Job
from dashboard.jobs.tasks import maintenance
from dashboard.jobs.workers import Workers
from proda_core.records.checks import InputError
from proda_core.sources import catalogue
from proda_core.sources.catalogue import Entry
from proda_core.studies import STUDY, imported_studies

BUILT_IN, HERE, IMPORTED = "built in", "here", "imported"


@dataclass(frozen=True)
class CatalogueItem:
    """One data set: its facts, and whether it is on this computer.

    state : BUILT_IN, HERE, IMPORTED, "not fetched" or "2 of 3 files here"
    how : how to get it, where this program cannot fetch it
    """

    name: str
    title: str
    kind: str
    synthetic: bool
    licence: str
    size: int
    state: str
    what: str = ""
    licence_note: str = ""
    citation: str = ""
    homepage: str = ""
    directory: str = ""
    how: str = ""
    verified: bool = True
    fetchable: bool = False
    licence_unknown: bool = False

    @property
    def here(self) -> bool:
        """Whether its files are on this computer."""
        return self.state in (BUILT_IN, HERE, IMPORTED)

    @property
    def openable(self) -> bool:
        """Whether the other pages can show it."""
        return self.here and self.kind == STUDY


def catalogue_items() -> tuple[CatalogueItem, ...]:
    """Return the data sets of the catalogue in its order, then the imported ones."""
    return (*map(_of_catalogue, catalogue.entries()), *map(_imported, imported_studies()))


def catalogue_item(name: str) -> CatalogueItem:
    """Return one of them by its name; InputError for an unknown one."""
    found = next((known for known in catalogue_items() if known.name == name), None)
    if found is None:
        raise InputError(f"Data set: expected one of the catalogue, found {name[:80]!r}")
    return found


class FetchJob(Job):
    """Fetch a data set; started again, it resumes where it stopped."""

    def __init__(self, workers: Workers, name: str, accept_licence: bool) -> None:
        super().__init__(workers, f"Fetch {name}", maintenance.fetch_data, name, accept_licence)
        self.data = name


def _of_catalogue(entry: Entry) -> CatalogueItem:
    directory = catalogue.raw_directory(entry.name)
    return CatalogueItem(
        *(entry.name, entry.title, entry.kind, entry.synthetic, entry.licence, entry.size, _state(entry)),
        what=entry.what,
        licence_note=entry.licence_note,
        citation=entry.citation,
        homepage=entry.homepage,
        directory=str(directory) if entry.files else "",
        how=_how(entry, directory),
        verified=entry.verified,
        fetchable=bool(entry.addresses),
        licence_unknown=entry.licence_must_be_accepted,
    )


def _imported(known: object) -> CatalogueItem:
    words = f"Your own profiles, with forcing and covariates of the nearest cells of {known.base}."
    path = catalogue.data_directory() / "imports" / f"{known.name}.nc"
    size = path.stat().st_size if path.is_file() else 0
    return CatalogueItem(
        *(known.name, known.title, STUDY, known.synthetic, "yours", size, IMPORTED),
        what=words if known.base else "Your own profiles.",
        directory=str(path),
    )


def _state(entry: Entry) -> str:
    if not entry.files:
        return BUILT_IN
    missing = len(catalogue.missing_files(entry))
    if not missing:
        return HERE
    have = len(entry.needed) - missing
    return f"{have} of {len(entry.needed)} files here" if have else "not fetched"


def _how(entry: Entry, directory: Path) -> str:
    """Return where to find what this program does not fetch, and where to put it."""
    if entry.addresses or not entry.files:
        return ""
    names = ", ".join(file.path for file in entry.needed)
    return f"This program does not fetch it. Get {names} at {entry.homepage} and put it at {directory}."
