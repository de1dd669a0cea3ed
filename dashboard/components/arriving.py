"""What a visitor reads while the scripts of the page arrive: the header, and the first words of Overview."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from markdown_it import MarkdownIt

from dashboard.components.words import text
from dashboard.components.workflow import STEPS
from dashboard.state.visit import PAGE_TITLES, PAGES, TITLES


@lru_cache(maxsize=len(PAGES))
def arriving(page: str) -> dict:
    """Variables of the template ``page.html``: of Overview its words, of other pages where one is going."""
    here = page == PAGES[0]
    return {
        "logo": (files("dashboard") / "assets" / "logo.svg").read_text(encoding="utf-8"),
        "titles": PAGE_TITLES,
        "title": TITLES[page],
        "steps": STEPS,
        "words": MarkdownIt().render(text("overview")) if here else "",
    }
