"""Replace code of a library, after a check that it is the code that the replacement was written for."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

FINGERPRINT_LENGTH = 16


class UpstreamChangedError(RuntimeError):
    """A library holds other code than a patch of it expects."""


def expect_source(library: str, function: Callable, fingerprint: str) -> None:
    """Raise UpstreamChangedError unless a function, or what was replaced by a patch, has this source."""
    original = inspect.unwrap(function)
    source = inspect.getsource(original)
    if fingerprint_of(source) != fingerprint:
        raise _changed(library, f"{original.__module__}.{original.__qualname__}")


def expect_texts(library: str, path: Path, texts: Iterable[str]) -> None:
    """Raise UpstreamChangedError unless a file of a library holds each of these texts exactly once."""
    content = path.read_text(encoding="utf-8")
    for text in texts:
        if content.count(text) != 1:
            raise _changed(library, f"{path.name}: {text.strip()[:60]!r}")


def fingerprint_of(source: str) -> str:
    """Return the beginning of the SHA-256 of a source."""
    return hashlib.sha256(source.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def replace_once(owner: object, name: str, changed: Callable[[Callable], Callable]) -> None:
    """Replace a function by ``changed(function)``, unless that has been done."""
    original = getattr(owner, name)
    if getattr(original, "changed_by", None) is not changed:
        replacement = changed(original)
        replacement.changed_by = changed
        setattr(owner, name, replacement)


def script(name: str) -> str:
    """Return the text of a script beside the patches."""
    return (files("dashboard") / "upstream" / name).read_text(encoding="utf-8")


def _changed(library: str, what: str) -> UpstreamChangedError:
    return UpstreamChangedError(
        f"{library} {version(library)} has other code than the dashboard was made for ({what});"
        " install the pinned version, or see dashboard/upstream/README.md"
    )
