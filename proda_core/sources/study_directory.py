"""A study in a directory of the northeast's layout, with the title, source and covariates of its own.

``study.toml`` beside the data says what they are; without it the directory's name is the title and the source
is not stated, unless the files are those of the northeast by their hashes.

    title = "Soils of the Harz"
    source = "Survey 2019, doi 10.1234/harz"
    licence = "CC BY 4.0"
    synthetic = false
    covariates = ["Lon", "Lat", "BIO1", "BIO12", "Elevation"]    # columns of the tables, in their order
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from proda_core.records.checks import InputError, expect
from proda_core.records.study import Study
from proda_core.sources import catalogue, northeast
from proda_core.vocabulary.covariates import BY_NAME, NORTHEAST

FILE = "study.toml"
TYPES = {"title": str, "source": str, "licence": str, "synthetic": bool, "covariates": list}
PLACE = ["Lon", "Lat"]  # the first two covariates


def load(directory: Path | str) -> Study:
    """Load the study of a directory; its name is the directory's, its provenance has the path.

    Raises InputError for an unreadable ``study.toml`` and for files that do not have the layout.
    """
    directory = Path(directory).resolve()
    words = read_words(directory)
    found = northeast.load(
        catalogue.input_directory(directory), covariates=tuple(words.get("covariates", NORTHEAST))
    )
    found.provenance["directory"] = str(directory)
    if not words and _is_northeast(found):
        return found
    return replace(
        found,
        name=_name(directory),
        title=words.get("title", f"Study in the directory {directory.name}"),
        synthetic=words.get("synthetic", False),
        provenance=found.provenance
        | {"source": words.get("source", "not stated"), "licence": words.get("licence", "unknown")},
    )


def read_words(directory: Path) -> Mapping[str, Any]:
    """Read ``study.toml``; empty where there is none."""
    path = directory / FILE
    if not path.exists():
        return {}
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: expected TOML, found {error}") from error
    for name, value in words.items():
        expect(name in TYPES, f"{path}: expected {', '.join(TYPES)}; found {name!r}")
        wanted = TYPES[name]
        expect(isinstance(value, wanted), f"{path}: {name}: expected {wanted.__name__}, found {value!r}")
    _expect_covariates(words.get("covariates", list(NORTHEAST)), path)
    return words


def _expect_covariates(names: list, path: Path) -> None:
    unknown = [str(name) for name in names if name not in BY_NAME]
    expect(not unknown, f"{path}: covariates: expected names of the vocabulary, found {', '.join(unknown)}")
    expect(names[:2] == PLACE, f"{path}: covariates: expected Lon and Lat first, found {names[:2]}")
    expect(len(set(names)) == len(names), f"{path}: covariates: expected every name once, found one twice")
    expect("ESA_Land_Cover" in names, f"{path}: covariates: expected ESA_Land_Cover among them, found none")


def _is_northeast(study: Study) -> bool:
    """Whether every file is that of the catalogue, by its hash."""
    known = {file.path: file.sha256 for file in catalogue.entry(northeast.NAME).files}
    found = {name: digest for name, digest in study.provenance["inputs"].items()}
    return all(digest == known.get(name) for name, digest in found.items())


def _name(directory: Path) -> str:
    """The directory's name; with a suffix where the catalogue has that name."""
    taken = directory.name in catalogue.names() or not directory.name
    return f"{directory.name}-directory" if taken else directory.name
