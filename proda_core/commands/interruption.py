"""Ctrl-C, SIGTERM and SIGHUP: a stop at the next step, or at once; and an output that was closed."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from proda_core.commands.output import notice

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Make Ctrl-C request a stop at the next step and a second Ctrl-C interrupt; yields ``should_stop``.

    SIGTERM and SIGHUP do the same; one that was ignored, as by nohup, stays ignored.
    """
    requested = threading.Event()

    def request(number: int, frame: object) -> None:
        requested.set()
        for each in handled:
            signal.signal(each, signal.default_int_handler)
        with suppress(OSError, ValueError):  # the terminal is gone
            notice("Stopping after the current step; finished work is kept (Ctrl-C again stops at once) ...")

    handled = _not_ignored()
    previous = {each: signal.signal(each, request) for each in handled}
    try:
        yield requested.is_set
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)


@contextmanager
def interrupt_on_termination() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt, as Ctrl-C does."""
    previous = {each: signal.signal(each, signal.default_int_handler) for each in _not_ignored()}
    try:
        yield
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)


def open_closed_streams() -> None:
    """Replace a stdout or stderr that was closed before the start by one that discards."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - open as long as the process


def discard_output() -> None:
    """Discard what is still to be written to a stdout whose reader has gone."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _not_ignored() -> tuple[signal.Signals, ...]:
    """Signals to handle; none outside the main thread, which alone may."""
    if threading.current_thread() is not threading.main_thread():
        return ()
    return tuple(each for each in SIGNALS if signal.getsignal(each) is not signal.SIG_IGN)
