"""Sphinx extension: reStructuredText from the plain docstrings of the project.

A docstring is a sentence, then paragraphs. Lines such as ``name : meaning`` describe arguments or fields and
become a list; indented lines become an example; a doctest stays one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import dedent
from typing import Any

FIELD = re.compile(r"^(?P<names>\*{0,2}\w+(?:, \*{0,2}\w+)*) : (?P<text>.*)$")
LITERAL = re.compile(r"(``.*?``|:\w+(?::\w+)*:`[^`]*`|`[^`]*`)", re.DOTALL)
SPECIAL = re.compile(r"([*|\\])|(?<=\w)(_)(?!\w)")


def to_rst(lines: Iterable[str]) -> list[str]:
    """Return the lines of a docstring as reStructuredText."""
    result: list[str] = []
    for block in _blocks(list(lines)):
        result += [*_render(block), ""]
    return result


def _blocks(lines: list[str]) -> list[list[str]]:
    """Split at blank lines; an argument begins a block of its own."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            blocks.append([])
            continue
        if FIELD.match(line) or _leaves_a_field(blocks[-1], line) or _indents(blocks[-1], line):
            blocks.append([])
        blocks[-1].append(line)
    return [block for block in blocks if block]


def _leaves_a_field(block: list[str], line: str) -> bool:
    """Whether a line goes back to the margin after an argument or an example."""
    begins = block and (FIELD.match(block[0]) or block[0].startswith(" "))
    return bool(begins) and not line.startswith(" ")


def _indents(block: list[str], line: str) -> bool:
    """Whether an example begins below a paragraph."""
    plain = block and not FIELD.match(block[0]) and not block[0].startswith((" ", ">>>", "- ", "* "))
    return bool(plain) and line.startswith(" ")


def _render(block: list[str]) -> list[str]:
    field = FIELD.match(block[0])
    if block[0].lstrip().startswith(">>>"):
        return dedent("\n".join(block)).splitlines()
    if field:
        names = ", ".join(f"``{name}``" for name in field["names"].split(", "))
        text = " ".join([field["text"], *(line.strip() for line in block[1:])])
        return [f"- {names}: {_escape(text)}"]
    if block[0].startswith(" "):
        return ["::", "", *(f"    {line}" for line in dedent("\n".join(block)).splitlines())]
    return _escape("\n".join(block)).splitlines()


def _escape(text: str) -> str:
    """Escape what reStructuredText would take for markup, outside of literals and roles."""
    parts = LITERAL.split(text)
    parts[::2] = [SPECIAL.sub(lambda m: "\\" + m[0], part) for part in parts[::2]]
    parts[1::2] = [f"`{part}`" if re.fullmatch(r"`[^`]*`", part) else part for part in parts[1::2]]
    return "".join(parts)


def _process(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    lines[:] = to_rst(lines)


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("autodoc-process-docstring", _process)
    return {"parallel_read_safe": True}
