"""A message on a page: an error, a warning or information."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import panel_material_ui as pmui

from dashboard.ui.text import escape_markdown
from proda_core.records.checks import InputError

# Stays in view below the study bar while the page scrolls.
_IN_VIEW = {"position": "sticky", "top": "62px", "z-index": "15", "background": "var(--panel-surface-color)"}


class Notice:
    """An alert, hidden while there is no message."""

    def __init__(self) -> None:
        self._sentence = ""
        self.view = pmui.Alert(
            object="",
            severity="warning",
            variant="outlined",
            visible=False,
            sizing_mode="stretch_width",
            styles=_IN_VIEW,
        )

    def report(self, sentence: str, severity: str = "warning") -> None:
        """Show a sentence; warnings are joined. ``severity``: "error", "warning", "info" or "success"."""
        if self.view.visible and self.view.severity == "warning" == severity:
            sentence = self._sentence if sentence in self._sentence else f"{self._sentence} {sentence}"
        self._sentence = sentence
        self.view.param.update(object=escape_markdown(sentence), severity=severity, visible=True)

    def clear(self) -> None:
        """Hide the message."""
        if self.view.visible:
            self.view.visible = False

    def guard(self, action: Callable) -> Callable:
        """Return the action with an InputError reported here instead of raised."""

        @wraps(action)
        def guarded(*arguments: object) -> object:
            try:
                self.clear()
                return action(*arguments)
            except InputError as error:
                self.report(str(error))
            return None

        return guarded
