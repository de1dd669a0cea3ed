"""The frame around the pages: template, theme, logo, and the page of an error."""

from __future__ import annotations

from importlib.resources import files

import panel as pn
import panel_material_ui as pmui

from dashboard.shell.header import HEADER_COLOUR, PAGE_STYLE
from dashboard.ui.notice import Notice

ASSETS = files("dashboard") / "assets"
THEME = {
    "light": {"palette": {"primary": {"main": HEADER_COLOUR}}},
    "dark": {"palette": {"primary": {"main": "#6fc3b2"}}},
}


def page_frame(**content: object) -> pmui.Page:
    """Return a page with the dashboard's template and theme; ``content`` are options of the Page."""
    return pmui.Page(
        title="PRODA",
        meta_title="PRODA",
        template=ASSETS / "page.html",
        theme_config=THEME,
        sx=PAGE_STYLE,
        busy_indicator=None,
        **content,
    )


def failure_page() -> pmui.Page:
    """Return the page of a visitor whose session could not be made."""
    notice = Notice()
    notice.report("The page could not be made. The server's log says why; reload to try again.", "error")
    return page_frame(main=[notice.view])


def set_template_variables(**variables: object) -> None:
    """Set variables of ``page.html``, where a page is served."""
    if pn.state.curdoc is not None:
        pn.state.curdoc.template_variables.update(variables)
