"""A sentence that appears where something went wrong, or has to be known."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import panel_material_ui as pmui

from dashboard.ui.text import escape_markdown
from proda_core.records.checks import InputError

# Stays in view below the strip of data set and run, wherever on the page one has scrolled to.
_IN_VIEW = {"position": "sticky", "top": "62px", "z-index": "15", "background": "var(--panel-surface-color)"}


class Notice:
    """Silent until it has something to say."""

    def __init__(self) -> None:
        self._said = ""
        self.view = pmui.Alert(
            object="",
            severity="warning",
            variant="outlined",
            visible=False,
            sizing_mode="stretch_width",
            styles=_IN_VIEW,
        )

    def report(self, sentence: str, severity: str = "warning") -> None:
        """Show a sentence. ``severity`` is "error", "warning", "info" or "success"."""
        if self.view.visible and self.view.severity == "warning" == severity:
            sentence = self._said if sentence in self._said else f"{self._said} {sentence}"
        self._said = sentence
        self.view.param.update(object=escape_markdown(sentence), severity=severity, visible=True)

    def clear(self) -> None:
        """Be silent again."""
        if self.view.visible:
            self.view.visible = False

    def guard(self, action: Callable) -> Callable:
        """The same action, except that bad input becomes a sentence here."""

        @wraps(action)
        def guarded(*arguments: object) -> object:
            try:
                self.clear()
                return action(*arguments)
            except InputError as error:
                self.report(str(error))
            return None

        return guarded
