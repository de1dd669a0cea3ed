"""Figures may only be changed while their document is held; this waits until it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial, wraps

import panel as pn
from bokeh.document import Document
from bokeh.server.session import ServerSession


def session_of(document: Document | None) -> ServerSession | None:
    """Return the server session of a document; None for a document that no server shows."""
    return getattr(getattr(document, "session_context", None), "session", None)


def on_next_tick(action: Callable) -> Callable:
    """The same action, done at the next tick of a page that is being looked at, and at once elsewhere."""

    @wraps(action)
    def run(*arguments: object) -> None:
        document = _served()
        if document is None:
            action(*arguments)
        else:
            document.add_next_tick_callback(partial(action, *arguments))

    return run


def _served() -> Document | None:
    """The document of the page that a server shows; None elsewhere."""
    document = pn.state.curdoc
    return None if session_of(document) is None else document


class Debounce:
    """Calls something a while after it was asked for last; at once where no page is served."""

    def __init__(self, action: Callable[[], None], milliseconds: int) -> None:
        self._action, self._milliseconds = action, milliseconds
        self._waiting: object | None = None

    def ask(self) -> None:
        """Begin to wait, or wait anew."""
        document = _served()
        if document is None:
            self._action()
            return
        if self._waiting is not None:
            document.remove_timeout_callback(self._waiting)
        self._waiting = document.add_timeout_callback(self._over, self._milliseconds)

    def _over(self) -> None:
        self._waiting = None
        self._action()


class Poller:
    """Calls something again and again while a page is open; holds the document, sets no busy flag.

    In a notebook, which has no sessions, it ticks in the kernel's loop.
    """

    def __init__(self, action: Callable[[], None], period: int) -> None:
        self._action, self._period = action, period
        self._document = pn.state.curdoc
        self._callback: object | None = None

    @property
    def can_tick(self) -> bool:
        """Whether there is a page of a server to tick in."""
        return self._document is not None and self._document.session_context is not None

    @property
    def running(self) -> bool:
        """Whether it ticks."""
        return self._callback is not None

    def start(self) -> None:
        """Tick every ``period`` ms; nothing happens if it does so already."""
        if self._callback is not None:
            return
        if self._document is not None:
            self._callback = self._document.add_periodic_callback(self._action, self._period)
        elif (loop := _kernel_loop()) is not None:
            self._callback = loop.create_task(self._repeat())

    def stop(self) -> None:
        """Tick no more."""
        if self._callback is None:
            return
        if isinstance(self._callback, asyncio.Task):
            self._callback.cancel()
        else:
            self._document.remove_periodic_callback(self._callback)
        self._callback = None

    async def _repeat(self) -> None:
        while True:
            await asyncio.sleep(self._period / 1000)
            self._action()


def _kernel_loop() -> asyncio.AbstractEventLoop | None:
    """The loop of a notebook's kernel; None where nothing runs that could tick."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
