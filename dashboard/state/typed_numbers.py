"""Numbers from typed text."""

from __future__ import annotations

import re

from proda_core.records.checks import InputError


def whole(text: str, what: str) -> int:
    """Return a typed whole number, 0 or more.

    >>> whole("20,000", "Iterations")
    20000
    >>> whole("-3", "Chains")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: Chains: expected a whole number, 0 or more; found '-3'
    """
    digits = _plain(text)
    if not re.fullmatch(r"[0-9]{1,12}", digits):
        raise InputError(f"{what}: expected a whole number, 0 or more; found {text.strip()[:30]!r}")
    return int(digits)


def decimal(text: str, what: str, *, zero: bool = False) -> float:
    """Return a typed positive number, or zero where ``zero`` is allowed.

    >>> decimal("0.6", "Error"), decimal("1,000.5", "Error")
    (0.6, 1000.5)
    >>> decimal("0,6", "E")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: E: expected a number above 0 with a point, such as 0.6; found '0,6'
    """
    plain = _plain(text)
    readable = re.fullmatch(r"\d{1,9}(\.\d{0,9})?|\.\d{1,9}", plain)
    if not readable or float(plain) < 0 or (float(plain) == 0 and not zero):
        least = "0 or more" if zero else "above 0"
        point = " with a point, such as 0.6" if "," in text else ""
        raise InputError(f"{what}: expected a number {least}{point}; found {text.strip()[:30]!r}")
    return float(plain)


def _plain(text: str) -> str:
    """Return the text without thousands separators; a comma anywhere else stays and is refused."""
    plain = re.sub(r"[\s_']", "", text)
    return plain.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", plain) else plain
