"""Several choices as one short text for a link: ``q10:2.1,warming:3``."""

from __future__ import annotations

from collections.abc import Mapping

from proda_core.records.checks import InputError, expect

LONGEST = 2000  # characters of a text that is read
SHOWN = 40  # characters of a wrong text in an error message


def write(pairs: Mapping[str, str]) -> str:
    """Return the text of named values, none of which contains a comma.

    >>> write({"q10": "2.1", "warming": "3"})
    'q10:2.1,warming:3'
    """
    return ",".join(f"{name}:{value}" for name, value in pairs.items())


def read(text: str, what: str) -> dict[str, str]:
    """Return the named values of a text; InputError that begins with ``what``.

    >>> read("q10:2.1, warming:3", "Setting")
    {'q10': '2.1', 'warming': '3'}
    >>> read("q10", "Setting")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: Setting: expected pairs such as name:value with commas between;
    found 'q10'
    """
    expect(len(text) <= LONGEST, f"{what}: expected at most {LONGEST} characters; found {len(text):,}")
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, colon, value = (piece.strip() for piece in part.partition(":"))
        if not (name and colon and value):
            raise InputError(
                f"{what}: expected pairs such as name:value with commas between; found {part[:SHOWN]!r}"
            )
        expect(name not in found, f"{what}: expected every name once; found {name[:SHOWN]!r} twice")
        found[name] = value
    return found
