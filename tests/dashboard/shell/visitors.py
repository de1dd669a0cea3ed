"""A server that counts what visitors leave behind: opens and closes sessions, then prints what is left.

Usage: python visitors.py COUNT
"""

from __future__ import annotations

import sys
import threading
import time

from bokeh.client import pull_session
from panel.io.state import state

from dashboard.app import make_server
from dashboard.jobs.services import Services
from dashboard.jobs.workers import Workers
from dashboard.server.health import documents
from dashboard.state.session_state import PAGES


class NoWorkers(Workers):
    """Takes every task and does none: sessions are counted, not work."""

    def in_background(self, function: object, *arguments: object) -> None:
        """Do nothing."""


def session(port: int, count: int, server: object) -> None:
    """Come and go, then tell and stop the server."""
    pages = PAGES
    for number in range(count):
        url = f"http://127.0.0.1:{port}/"
        query = {"page": pages[number % len(pages)], "site": "3", "selected": "3-5"}
        pull_session(url=url, arguments=query).close()
    end = time.monotonic() + 60
    while documents() and time.monotonic() < end:
        time.sleep(1)
    watchers = len(state.param.watchers["busy"]["value"])
    print(f"documents={documents()} busy_watchers={watchers}", flush=True)
    server.io_loop.add_callback(server.io_loop.stop)


def main() -> None:
    """Serve, be visited, stop."""
    idle = {name: NoWorkers(1) for name in ("workers", "run_workers", "io_workers")}
    services = Services(**idle, default_data="example")
    server = make_server(services, 0, "127.0.0.1")
    server.start()
    before = len(state.param.watchers["busy"]["value"])
    print(f"busy_watchers_before={before}", flush=True)
    threading.Thread(target=session, args=(server.port, int(sys.argv[1]), server), daemon=True).start()
    server.io_loop.start()


if __name__ == "__main__":
    main()
