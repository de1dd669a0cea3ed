"""Site numbers from the options ``--sites`` and ``--limit``."""

from __future__ import annotations

import re

import numpy as np

from proda_core.records.checks import InputError


def choose(known: np.ndarray, sites: str | None, limit: int | None) -> np.ndarray:
    """Return the chosen site numbers, all where neither option is given; raises InputError for unknown ones.

    >>> choose(np.arange(100), "12,15-17", None)
    array([12, 15, 16, 17])
    >>> choose(np.arange(100), None, 3)
    array([0, 1, 2])
    """
    if sites is not None and limit is not None:
        raise InputError("--sites and --limit: expected one of them, found both")
    if sites is None:
        return known[:limit]
    wanted = parse(sites)
    unknown = wanted[~np.isin(wanted, known)]
    if unknown.size:
        raise InputError(f"--sites: expected sites of this data set ({_span(known)}), found {unknown[0]}")
    return wanted


def parse(text: str) -> np.ndarray:
    """Parse text such as "12,15" or "0-9,12"; each number once, in the order given.

    >>> parse("3-5,1,4")
    array([3, 4, 5, 1])
    >>> parse("12;15")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: --sites: expected numbers or ranges such as 12,15 or 0-9, found
    '12;15'
    """
    numbers: list[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d+)(?:\s*-\s*(\d+))?\s*", part)
        if not found:
            raise InputError(f"--sites: expected numbers or ranges such as 12,15 or 0-9, found {part!r}")
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first or last - first > 10**7:
            raise InputError(f"--sites: expected a range that counts up, found {part!r}")
        numbers += range(first, last + 1)
    return np.array(list(dict.fromkeys(numbers)))


def _span(known: np.ndarray) -> str:
    return f"{len(known)} sites, {known.min()} to {known.max()}" if known.size else "it has none"
