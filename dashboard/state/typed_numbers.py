"""Numbers as people type them."""

from __future__ import annotations

import re

from proda_core.records.checks import InputError


def whole(text: str, what: str) -> int:
    """A typed whole number, not negative.

    >>> whole("20,000", "Iterations")
    20000
    >>> whole("-3", "Chains")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: Chains: expected a whole number, 0 or more; found '-3'
    """
    digits = re.sub(r"[\s,_']", "", text)
    if not re.fullmatch(r"[0-9]{1,12}", digits):
        raise InputError(f"{what}: expected a whole number, 0 or more; found {text.strip()[:30]!r}")
    return int(digits)


def decimal(text: str, what: str, *, zero: bool = False) -> float:
    """A typed positive number, or zero where ``zero`` is allowed.

    >>> decimal("0.6", "Error")
    0.6
    """
    plain = re.sub(r"[\s,_']", "", text)
    readable = re.fullmatch(r"\d{1,9}(\.\d{0,9})?|\.\d{1,9}", plain)
    if not readable or float(plain) < 0 or (float(plain) == 0 and not zero):
        least = "0 or more" if zero else "above 0"
        raise InputError(f"{what}: expected a number {least}; found {text.strip()[:30]!r}")
    return float(plain)
