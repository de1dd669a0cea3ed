"""When a component reacts: on the next tick of its document, after a delay, periodically, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial, wraps

import panel as pn
from bokeh.document import Document
from bokeh.server.session import ServerSession


class Updating:
    """Mark the time in which a component changes its own widgets, so that their watchers do nothing.

    True inside ``with``, also when nested and after an error.

    >>> updating = Updating()
    >>> with updating, updating:
    ...     bool(updating)
    True
    >>> bool(updating)
    False
    """

    def __init__(self) -> None:
        self._depth = 0

    def __bool__(self) -> bool:
        return self._depth > 0

    def __enter__(self) -> None:
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1


def session_of(document: Document | None) -> ServerSession | None:
    """Return the server session of a document; None for a document that no server shows."""
    return getattr(getattr(document, "session_context", None), "session", None)


def on_next_tick(action: Callable) -> Callable:
    """Run an action on the next tick of a served page, when its document is held; at once elsewhere."""

    @wraps(action)
    def run(*arguments: object) -> None:
        document = _served()
        if document is None:
            action(*arguments)
        else:
            document.add_next_tick_callback(partial(action, *arguments))

    return run


def _served() -> Document | None:
    """Return the document of a served page; None elsewhere."""
    document = pn.state.curdoc
    return None if session_of(document) is None else document


class Debounce:
    """Call a function once, a delay after the last request; at once where no page is served."""

    def __init__(self, action: Callable[[], None], milliseconds: int) -> None:
        self._action, self._milliseconds = action, milliseconds
        self._waiting: object | None = None

    def request(self) -> None:
        """Start the delay, or start it again."""
        document = _served()
        if document is None:
            self._action()
            return
        if self._waiting is not None:
            document.remove_timeout_callback(self._waiting)
        self._waiting = document.add_timeout_callback(self._call, self._milliseconds)

    def _call(self) -> None:
        self._waiting = None
        self._action()


class Poller:
    """Call a function periodically while a page is open, with its document held and no busy flag.

    In a notebook, which has no sessions, the kernel's event loop calls it.
    """

    def __init__(self, action: Callable[[], None], period_ms: int) -> None:
        self._action, self._period_ms = action, period_ms
        self._document = pn.state.curdoc
        self._callback: object | None = None

    @property
    def can_poll(self) -> bool:
        """Whether a served page can call it."""
        return self._document is not None and self._document.session_context is not None

    @property
    def running(self) -> bool:
        """Whether it has been started."""
        return self._callback is not None

    def start(self) -> None:
        """Call every ``period_ms``; does nothing if it runs already."""
        if self._callback is not None:
            return
        if self._document is not None:
            self._callback = self._document.add_periodic_callback(self._action, self._period_ms)
        elif (loop := _kernel_loop()) is not None:
            self._callback = loop.create_task(self._repeat())

    def stop(self) -> None:
        """Stop calling."""
        if self._callback is None:
            return
        if isinstance(self._callback, asyncio.Task):
            self._callback.cancel()
        else:
            self._document.remove_periodic_callback(self._callback)
        self._callback = None

    async def _repeat(self) -> None:
        while True:
            await asyncio.sleep(self._period_ms / 1000)
            self._action()


def _kernel_loop() -> asyncio.AbstractEventLoop | None:
    """Return the event loop of a notebook's kernel; None where none runs."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
