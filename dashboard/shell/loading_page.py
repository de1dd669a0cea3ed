"""What a visitor sees until the scripts of the page have run: header and first words of Overview."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from markdown_it import MarkdownIt

from dashboard.pages.overview.workflow import STEPS
from dashboard.shell.header import HEADER_COLOUR
from dashboard.state.session_state import TITLES
from dashboard.ui.text import text


@lru_cache(maxsize=1)
def loading_page() -> dict:
    """Return variables of the template ``page.html``, which reads from the address which page to show."""
    return {
        "header_colour": HEADER_COLOUR,
        "logo": (files("dashboard") / "assets" / "logo.svg").read_text(encoding="utf-8"),
        "pages": TITLES,
        "steps": STEPS,
        "words": MarkdownIt().render(text("overview")),
    }
