"""``proda dashboard``: replace this process by the dashboard, a program of its own."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from proda_core.commands.options import DataDir
from proda_core.sources.catalogue import DATA_DIRECTORY_VARIABLE


def dashboard(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 5006,
    address: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 accepts connections from other machines.")
    ] = "localhost",
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the address in your browser.")
    ] = True,
    data_dir: DataDir = None,
) -> None:
    """Start the dashboard and print its address; Ctrl-C stops it."""
    if data_dir is not None:
        os.environ[DATA_DIRECTORY_VARIABLE] = str(data_dir)
    choice = "--open" if open_browser else "--no-open"
    sys.stderr.flush()
    os.execv(
        sys.executable,
        [sys.executable, "-m", "dashboard", "--port", str(port), "--address", address, choice],
    )
