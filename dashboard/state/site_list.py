"""Site numbers as a short text for a link: ``3,7-12``."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from proda_core.records.checks import InputError, expect

_PART = re.compile(r"(\d{1,9})(?:\s*-\s*(\d{1,9}))?")
LARGEST_LIST = 1_000_000  # sites; a longer range is a mistake


def write(sites: Iterable[int]) -> str:
    """Return the text of site numbers, consecutive ones as a range.

    >>> write([12, 3, 4, 5, 5])
    '3-5,12'
    """
    numbers = np.unique(np.fromiter(sites, dtype=int))
    if not numbers.size:
        return ""
    runs = np.split(numbers, np.flatnonzero(np.diff(numbers) > 1) + 1)
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def read(text: str) -> tuple[int, ...]:
    """Return the site numbers of a text; InputError if it cannot be read.

    >>> read("3-5, 12")
    (3, 4, 5, 12)
    >>> read("twelve")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: Sites: expected numbers such as 3, 7-12; found 'twelve'
    """
    numbers: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        numbers.update(_read_part(part))
        expect(len(numbers) <= LARGEST_LIST, f"Sites: expected at most {LARGEST_LIST} sites; found more")
    return tuple(sorted(numbers))


def _read_part(part: str) -> range:
    match = _PART.fullmatch(part)
    if match is None:
        raise InputError(f"Sites: expected numbers such as 3, 7-12; found {part!r}")
    first, last = int(match[1]), int(match[2] or match[1])
    expect(first <= last, f"Sites: expected the smaller number first; found {part!r}")
    expect(last - first < LARGEST_LIST, f"Sites: expected at most {LARGEST_LIST} sites; found {part!r}")
    return range(first, last + 1)
