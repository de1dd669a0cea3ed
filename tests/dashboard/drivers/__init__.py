"""Drives a page as a visitor does: finds widgets by their label, clicks, reads notices, titles and sources.

A driver of one page is a subclass in a file of its own with the page's name; it reads what ``view`` shows,
never a private attribute.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from html import unescape

import panel as pn
import panel_material_ui as pmui
from bokeh.document import Document
from bokeh.document.callbacks import invoke_with_curdoc
from bokeh.models import ColumnDataSource, GlyphRenderer, Plot
from panel.io.state import set_curdoc
from panel.viewable import Viewable

from dashboard.jobs.workers import Workers

PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.02


class IdleWorkers(Workers):
    """Workers that accept every task and do none; ``functions`` and ``arguments`` of what was asked for."""

    def __init__(self, count: int | None = 1) -> None:
        super().__init__(count)
        self.calls: list[tuple[Callable, tuple]] = []

    def run(self, function: Callable, arguments: tuple, *callbacks: Callable) -> object:
        """Record the call."""
        self.calls.append((function, arguments))
        return super().run(function, arguments, *callbacks)

    def in_background(self, function: Callable, *arguments: object) -> None:
        """Do nothing."""


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for a condition; fails when it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true in time"
        time.sleep(POLL_SECONDS)


class Driver:
    """A page, or any component with a ``view``, made in a document of its own.

    make : returns the component; called with the document as the current one, so that its pollers are found
    """

    def __init__(self, make: Callable[[], object]) -> None:
        self.document = Document()
        with set_curdoc(self.document):
            self.page = make()

    @property
    def view(self) -> Viewable:
        """What the visitor sees of it."""
        return self.page.view

    # --- widgets
    def all(self, kind: type = pn.viewable.Viewable) -> list:
        """Every object of a kind in the view, hidden ones too, in the order of the page."""
        return [each for each in self.view.select(kind) if each is not self.view]

    def shown(self, kind: type = pn.viewable.Viewable) -> list:
        """Every object of a kind in the view that is visible with all that contains it."""
        return [each for each in _visible(self.view) if isinstance(each, kind)]

    def widget(self, label: str, kind: type = pn.viewable.Viewable) -> object:
        """The one widget with that label; one that is visible where there are several."""
        found = [each for each in self.all(kind) if label_of(each) == label]
        if len(found) > 1:
            visible = self.shown(kind)
            found = [each for each in found if any(each is one for one in visible)] or found
        known = sorted({label_of(each) for each in self.all(kind)} - {""})
        assert len(found) == 1, f"{len(found)} widgets {label!r}; labels in view: {known}"
        return found[0]

    def has(self, label: str) -> bool:
        """Whether a visible widget has that label."""
        return any(label_of(each) == label for each in self.shown())

    def click(self, label: str) -> None:
        """Click a button; fails where a visitor could not."""
        button = self.widget(label, pmui.Button)
        assert button.visible and not button.disabled, f"the button {label!r} cannot be clicked"
        with set_curdoc(self.document):
            button.clicks += 1

    def set(self, label: str, value: object) -> None:
        """Choose or type a value."""
        with set_curdoc(self.document):
            self.widget(label).value = value

    # --- words
    @property
    def notices(self) -> list[str]:
        """The sentences of all alerts in view."""
        return [plain(alert.object) for alert in self.shown(pmui.Alert)]

    @property
    def words(self) -> str:
        """All Markdown and HTML in view as plain text."""
        panes = self.shown((pn.pane.Markdown, pn.pane.HTML))
        return "\n".join(plain(str(pane.object)) for pane in panes)

    def html(self, caption: str) -> str:
        """The HTML of the table with that caption."""
        found = [p.object for p in self.shown(pn.pane.HTML) if f"aria-label='{caption}'" in str(p.object)]
        assert len(found) == 1, f"{len(found)} tables {caption!r}"
        return found[0]

    # --- figures
    @property
    def plots(self) -> list[Plot]:
        """Every Bokeh figure in view."""
        panes = self.shown(pn.pane.Bokeh)
        objects = [pane.object for pane in panes if pane.object is not None]
        inside = (  # a figure refers to the figures it is linked with: only layouts are searched
            [each] if isinstance(each, Plot) else each.select({"type": Plot}) for each in objects
        )
        return [plot for plots in inside for plot in plots]

    def plot(self, name: str) -> Plot:
        """The Bokeh figure of that name."""
        found = [plot for plot in self.plots if plot.name == name]
        assert len(found) == 1, (
            f"{len(found)} figures {name!r}; in view: {[plot.name for plot in self.plots]}"
        )
        return found[0]

    def has_plot(self, name: str) -> bool:
        """Whether a Bokeh figure of that name is in view."""
        return any(plot.name == name for plot in self.plots)

    def source(self, plot: str, name: str) -> ColumnDataSource:
        """The data of the renderer, or the source, of that name in a figure."""
        found = {
            id(each.data_source): each.data_source
            for each in self.plot(plot).select({"type": GlyphRenderer})
            if name in (each.name, each.data_source.name)
        }
        assert len(found) == 1, f"{len(found)} sources {name!r} in {plot!r}"
        return next(iter(found.values()))

    # --- time
    def tick(self) -> None:
        """Call everything that the page has asked to be called periodically or later."""
        for callback in list(self.document.session_callbacks):
            if callback in self.document.session_callbacks:
                invoke_with_curdoc(self.document, callback.callback)

    def wait(self, condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Tick until a condition holds."""

        def ticked() -> bool:
            self.tick()
            return condition()

        wait_until(ticked, seconds)


def label_of(each: object) -> str:
    """The words on or beside a widget."""
    label = getattr(each, "label", "") or getattr(each, "description", "") or ""
    return label if isinstance(label, str) else ""


def plain(text: str) -> str:
    r"""Markdown or HTML as the visitor reads it.

    >>> plain(r"<b>run</b> my\_run")
    'run my_run'
    """
    return " ".join(unescape(re.sub(r"\\([^\w\s])|\\(_)", r"\1\2", re.sub(r"<[^>]+>", " ", text))).split())


def _visible(each: Viewable) -> Iterator[Viewable]:
    if not getattr(each, "visible", True):
        return
    yield each
    inside = each.objects if isinstance(each, pn.layout.base.ListLike | pn.layout.base.NamedListLike) else ()
    if isinstance(each, pn.Tabs):
        inside = [each[each.active]] if len(each) else []
    for one in inside:
        yield from _visible(one)
