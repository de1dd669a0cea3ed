"""Paint figures without looking up CSS variables that nothing sets: see ``css_lookups.js``."""

from __future__ import annotations

from bokeh.settings import settings

from dashboard.upstream.patching import expect_texts, script

_LOOKUP = "_get_css_value(t){return getComputedStyle(this.obj.el).getPropertyValue(`${this.css_prefix}${t}`)}"


def check() -> None:
    """Raise UpstreamChangedError unless Bokeh looks up CSS variables as in 3.9.2."""
    expect_texts("bokeh", settings.bokehjs_path() / "js" / "bokeh.min.js", [_LOOKUP])


def page_script() -> str:
    """Return the script."""
    return script("css_lookups.js")
