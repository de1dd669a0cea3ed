"""The page: words, figures and tables in one HTML file that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from proda_core.runs import Run


@dataclass(frozen=True)
class Part:
    """One section of the page; ``reason`` says why there is no figure, ``image`` is a PNG in base64."""

    key: str
    title: str
    how: str
    see: str = ""
    image: str = ""
    width: int = 0  # of the figure on the page, in CSS pixels
    table: dict | None = None
    reason: str = ""


def page(
    run: Run,
    facts: Mapping[str, str],
    parts: Sequence[Part],
    *,
    remarks: Sequence[str],
    synthetic: bool,
    files: Sequence[str],
) -> str:
    """The whole page as text. Everything is escaped but the template itself."""
    return _template().render(
        run=run.id,
        facts=facts,
        shown=[part for part in parts if not part.reason],
        missing=[part for part in parts if part.reason],
        unfinished=run.unfinished,
        remarks=remarks,
        synthetic=synthetic,
        files=files,
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    source = files("proda_core.report").joinpath("page.html").read_text(encoding="utf-8")
    return Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(source)
