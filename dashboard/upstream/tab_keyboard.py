"""Make the tabs of Panel usable by keyboard: see ``tab_keyboard.js``."""

from __future__ import annotations

from bokeh.settings import settings

from dashboard.upstream.patching import expect_texts, script

_TAB = '.tab="bk-tab"'


def check() -> None:
    """Raise UpstreamChangedError unless Bokeh marks its tabs as in 3.9.2."""
    expect_texts("bokeh", settings.bokehjs_path() / "js" / "bokeh.min.js", [_TAB])


def page_script() -> str:
    """Return the script."""
    return script("tab_keyboard.js")
