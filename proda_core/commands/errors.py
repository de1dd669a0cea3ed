"""Errors on the command line: one sentence on stderr, and an exit code.

Exit codes: 0 done, 1 failure, 2 bad input (described in one sentence), 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from proda_core.commands.output import notice

DEBUG_VARIABLE = "PRODA_DEBUG"


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Print an error as one sentence and exit with its code; with PRODA_DEBUG set, raise it."""
    try:
        yield
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        sys.exit(_print_error(error))


def _print_error(error: Exception) -> int:
    """Print an error and return the exit code."""
    from proda_core.records.checks import InputError
    from proda_core.records.progress import Cancelled
    from proda_core.sources.download import FetchError

    if isinstance(error, InputError):
        notice(f"Error: {error}", style="red")
        return 2
    if isinstance(error, Cancelled):
        notice(str(error) or "Stopped.")
        return 130
    if isinstance(error, (FetchError, OSError)):
        notice(f"Error: {error}", style="red")
        return 1
    notice(f"Failed: {type(error).__name__}: {error} (set {DEBUG_VARIABLE}=1 to see where)", style="red")
    return 1
