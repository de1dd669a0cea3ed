"""The words of the pages, as Markdown files in ``text``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import panel as pn


@lru_cache(maxsize=64)
def text(name: str) -> str:
    """A text by its name, for instance ``help/maps``."""
    return (files("dashboard") / "text" / f"{name}.md").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def content_css() -> str:
    """The style of words and tables; panes have shadow roots and see no style of the page."""
    return (files("dashboard") / "assets" / "content.css").read_text(encoding="utf-8")


def escape_markdown(text_: str) -> str:
    r"""Somebody's words for Markdown: in one line, and nothing in them is taken for markup or HTML.

    >>> print(escape_markdown("my_plots <b>2</b>"))
    my\_plots \<b\>2\</b\>
    """
    escaped = "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|~&" else sign for sign in text_)
    return " ".join(escaped.split())


def unique_labels(titles: Mapping[str, str]) -> dict[str, str]:
    """What a menu shows for each name: its title, and the name too where two have the same.

    >>> unique_labels({"a": "Plots", "b": "Plots", "c": "Other"})
    {'Plots (a)': 'a', 'Plots (b)': 'b', 'Other': 'c'}
    """
    every = list(titles.values())
    return {f"{t} ({name})" if every.count(t) > 1 else t: name for name, t in titles.items()}


def markdown(text_: str = "", **options: object) -> pn.pane.Markdown:
    """Words as a pane."""
    layout = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": [content_css()]}
    return pn.pane.Markdown(text_, **layout | options)


def html(text_: str = "", **options: object) -> pn.pane.HTML:
    """A table or other HTML as a pane."""
    layout = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": [content_css()]}
    return pn.pane.HTML(text_, **layout | options)


def paragraph(name: str, **options: object) -> pn.pane.Markdown:
    """A text as a pane."""
    return markdown(text(name), **options)


def heading(title: str, *beside: object) -> pn.Row:
    """A small title with its question mark beside it."""
    words = markdown(f"### {title}", sizing_mode=None, styles={"white-space": "nowrap"})
    for thing in (words, *beside):
        thing.align = "center"
    styles = {"flex-wrap": "wrap", "align-items": "center", "gap": "4px 10px"}
    return pn.Row(words, *beside, sizing_mode="stretch_width", styles=styles, margin=0)
