"""Help texts in a drawer, opened by question marks on the page."""

from __future__ import annotations

import panel_material_ui as pmui

from dashboard.ui.text import markdown, text


class Help:
    """The drawer and its buttons."""

    def __init__(self) -> None:
        self._body = markdown(margin=(10, 20))
        close = pmui.Button(label="Close", variant="text", margin=(10, 20), on_click=lambda _: self.close())
        self.drawer = pmui.Drawer(self._body, close, anchor="right", size=420, sx={"zIndex": 1400})

    def button(self, topic: str, what: str) -> pmui.IconButton:
        """Return a question mark that opens the text ``help/<topic>``; ``what`` names what it explains."""
        return pmui.IconButton(
            icon="help_outline",
            label="",
            description=f"What is this? {what}",
            size="small",
            margin=0,
            on_click=lambda _: self.load(topic),
        )

    def load(self, topic: str) -> None:
        """Load a text into the drawer and open it."""
        self._body.object = text(f"help/{topic}")
        self.drawer.open = True

    def close(self) -> None:
        """Close the drawer."""
        self.drawer.open = False
