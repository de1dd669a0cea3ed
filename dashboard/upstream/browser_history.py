"""Make the back and forward buttons of the browser work: see ``browser_history.js``."""

from __future__ import annotations

from panel.io.resources import DIST_DIR

from dashboard.upstream.patching import expect_texts, script

_PUSH = 'window.history.pushState({},"",e),this.model.href=window.location.href):this._pending_url=e}'
_MODEL = '__module__="panel.models.location"'


def check() -> None:
    """Raise UpstreamChangedError unless Panel writes the address as in 1.9.4."""
    expect_texts("panel", DIST_DIR / "panel.min.js", [_PUSH, _MODEL])


def page_script() -> str:
    """Return the script."""
    return script("browser_history.js")
