"""Keep React components in step with their models: see ``react_state.js``.

The script replaces pieces of the code that Panel generates for a component. They are listed here, so that
the installed script of Panel is searched for them at the start.
"""

from __future__ import annotations

import json

from panel.io.resources import DIST_DIR

from dashboard.upstream.patching import expect_texts, script

REPLACEMENTS = (
    (
        "react_proxy.on(prop, cb, true)\n",
        "react_proxy.on(prop, cb, true)\n"
        "            if (targetModel.attributes[resolvedProp] !== value) cb()\n",
    ),
    (
        "let initialized = React.useRef(false)\n",
        "const own = React.useRef(false)\n"
        "          const change = React.useCallback("
        "(next) => { own.current = true; setValue(next) }, [])\n",
    ),
    (
        "if (!target.model.events.includes(resolvedProp) && initialized.current) {\n",
        "if (!target.model.events.includes(resolvedProp) && own.current) {\n"
        "              own.current = false\n",
    ),
    ("} else { initialized.current = true }\n", "}\n"),
    ("return [value, setValue]\n", "return [value, change]\n"),
)


def check() -> None:
    """Raise UpstreamChangedError unless the script of Panel holds each piece once."""
    pieces = [json.dumps(before, ensure_ascii=False)[1:-1] for before, _ in REPLACEMENTS]
    expect_texts("panel", DIST_DIR / "panel.min.js", pieces)


def page_script() -> str:
    """Return the script with the replacements filled in."""
    return script("react_state.js").replace("REPLACEMENTS", json.dumps(REPLACEMENTS))
