"""Texts of the pages (Markdown files in ``dashboard/text``), escaping, and panes for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import panel as pn


@lru_cache(maxsize=64)
def text(name: str) -> str:
    """Return a text by its name, for instance ``help/maps``."""
    return (files("dashboard") / "text" / f"{name}.md").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def content_css() -> str:
    """Return the CSS of texts and tables; panes have shadow roots, which styles of the page do not reach."""
    return (files("dashboard") / "assets" / "content.css").read_text(encoding="utf-8")


def escape_markdown(text_: str) -> str:
    r"""Return text of unknown origin for Markdown: in one line, with all markup and HTML escaped.

    >>> print(escape_markdown("my_plots <b>2</b>"))
    my\_plots \<b\>2\</b\>
    """
    escaped = "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|~&" else sign for sign in text_)
    return " ".join(escaped.split())


def unique_labels(titles: Mapping[str, str]) -> dict[str, str]:
    """Return {label: name} for a menu: the title, with the name where two titles are the same.

    >>> unique_labels({"a": "Plots", "b": "Plots", "c": "Other"})
    {'Plots (a)': 'a', 'Plots (b)': 'b', 'Other': 'c'}
    """
    every = list(titles.values())
    return {f"{t} ({name})" if every.count(t) > 1 else t: name for name, t in titles.items()}


def markdown(text_: str = "", **options: object) -> pn.pane.Markdown:
    """Return Markdown as a pane."""
    layout = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": [content_css()]}
    return pn.pane.Markdown(text_, **layout | options)


def html(text_: str = "", **options: object) -> pn.pane.HTML:
    """Return HTML as a pane."""
    layout = {"sizing_mode": "stretch_width", "margin": 0, "stylesheets": [content_css()]}
    return pn.pane.HTML(text_, **layout | options)


def paragraph(name: str, **options: object) -> pn.pane.Markdown:
    """Return a text by its name as a pane."""
    return markdown(text(name), **options)


def heading(title: str, *beside: object) -> pn.Row:
    """Return a small title with other objects, for instance a question mark, beside it."""
    words = markdown(f"### {title}", sizing_mode=None, styles={"white-space": "nowrap"})
    for thing in (words, *beside):
        thing.align = "center"
    styles = {"flex-wrap": "wrap", "align-items": "center", "gap": "4px 10px"}
    return pn.Row(words, *beside, sizing_mode="stretch_width", styles=styles, margin=0)
