"""Parameters of sites from a CSV file: a column ``site``, and one column per parameter in physical units."""

from __future__ import annotations

import csv
import difflib
import math
from pathlib import Path

import pandas as pd

from proda_core.records.checks import InputError, expect
from proda_core.vocabulary.parameters import NAMES, PRIORS

SITE = "site"
PUBLISHED_SPELLINGS = {"w-scaling": "w_scaling"}  # as [PRODA] and [BINN] write it


def read(path: Path | str) -> pd.DataFrame:
    """Parameters (site, parameter) of a CSV file; the index is the site number.

    The columns must be all those that one of the prior presets samples: 21 for ``proda`` and
    ``binn``, 18 for ``clm45_18``. A parameter the file leaves out keeps CLM5's default.
    Raises :class:`InputError` with the line and column of an invalid value.
    """
    path = Path(path)
    header, *rows = _lines(path)
    header = [PUBLISHED_SPELLINGS.get(name, name) for name in header]
    _check_header(header, path)
    expect(bool(rows), f"{path}: expected a line for each site below the header, found none")
    table = pd.DataFrame([_numbers(row, header, where) for where, row in rows], columns=header)
    _check_sites(table[SITE], [where for where, _ in rows])
    return table.astype({SITE: int}).set_index(SITE)


def outside_prior(table: pd.DataFrame, prior: str = "proda") -> list[str]:
    """One sentence for each parameter that lies outside a prior at some site.

    Such values are allowed, because some of CLM5's defaults are outside; physically impossible values are
    refused by the soil model.
    """
    sentences = []
    for name, (low, high) in PRIORS[prior].bounds.items():
        outside = table[name][(table[name] < low) | (table[name] > high)] if name in table else ()
        if len(outside):
            sentences.append(
                f"{name} lies outside the prior {prior} ({low:g} to {high:g}) at {len(outside)} of"
                f" {len(table)} sites (site {outside.index[0]}: {outside.iloc[0]:g}); it is used as given"
            )
    return sentences


def _lines(path: Path) -> list:
    """The header, then (place, cells) for each line that is not empty."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            lines = [
                (number, [cell.strip() for cell in row]) for number, row in enumerate(csv.reader(file), 1)
            ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: expected a CSV file in UTF-8, found {error}") from error
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError(f"{path}: expected a CSV file, found {error.strerror.lower()}") from error
    filled = [(number, row) for number, row in lines if any(row)]
    expect(bool(filled), f"{path}: expected a header with 'site' and the parameters, found an empty file")
    return [filled[0][1], *((f"{path}: line {number}", row) for number, row in filled[1:])]


def _check_header(header: list[str], path: Path) -> None:
    expect(SITE in header, f"{path}: expected a column 'site', found columns {', '.join(header)}")
    for name in header:
        expect(header.count(name) == 1, f"{path}: expected every column once, found '{name}' twice")
        if name not in (SITE, *NAMES):
            close = difflib.get_close_matches(name, NAMES, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            raise InputError(f"{path}: expected parameters {', '.join(NAMES)}; found column '{name}'{hint}")
    if not any(set(prior.names) <= set(header) for prior in PRIORS.values()):
        missing = [name for name in PRIORS["proda"].names if name not in header]
        raise InputError(f"{path}: expected one column per parameter, found none for {', '.join(missing)}")


def _numbers(row: list[str], header: list[str], where: str) -> list[float]:
    expect(len(row) == len(header), f"{where}: expected {len(header)} cells, found {len(row)}")
    return [_number(cell, f"{where}, column {name}") for cell, name in zip(row, header)]


def _number(cell: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    expect(math.isfinite(value), f"{where}: expected a number, found {cell!r}")
    return value


def _check_sites(sites: pd.Series, places: list[str]) -> None:
    """Whole numbers, each once."""
    for place, site, again in zip(places, sites, sites.duplicated()):
        expect(
            site == int(site), f"{place}, column site: expected a row number of the data set, found {site:g}"
        )
        expect(not again, f"{place}, column site: expected every site once, found site {site:g} again")
