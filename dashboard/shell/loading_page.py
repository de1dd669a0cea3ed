"""What a visitor reads while the scripts of the page arrive: the header, and the first words of Overview."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from markdown_it import MarkdownIt

from dashboard.pages.overview.workflow import STEPS
from dashboard.shell.header import GROUND
from dashboard.state.session_state import TITLES
from dashboard.ui.text import text


@lru_cache(maxsize=1)
def loading_page() -> dict:
    """Variables of the template ``page.html``, which finds out by itself which page is asked for."""
    return {
        "ground": GROUND,
        "logo": (files("dashboard") / "assets" / "logo.svg").read_text(encoding="utf-8"),
        "pages": TITLES,
        "steps": STEPS,
        "words": MarkdownIt().render(text("overview")),
    }
