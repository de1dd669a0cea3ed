"""Health check: opens the page Sites as a browser does and examines what is on it."""

from __future__ import annotations

import gc
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import panel_material_ui  # noqa: F401 - knows the models a page is made of
from bokeh.client import pull_session
from bokeh.document import Document
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure
from tornado.ioloop import IOLoop
from tornado.web import RequestHandler

FRESH_SECONDS = 10.0  # an answer is reused within


def examine(document: Document) -> list[str]:
    """Return what is missing on a rendered page; an empty list if nothing is."""
    problems = []
    if not any(isinstance(plot, figure) for plot in document.select({"name": "site-map"})):
        problems.append("the map of sites is not on the page")
    sources = [s for s in document.select({"name": "sites"}) if isinstance(s, ColumnDataSource)]
    if not any(len(source.data.get("x", ())) for source in sources):
        problems.append("the map of sites has no sites")
    return problems


def check(url: str) -> list[str]:
    """Open a session at an address and return what is missing on its page."""
    try:
        session = pull_session(url=url, arguments={"page": "sites"})
    except Exception as error:
        return [f"no page came from {url} ({error})"]
    try:
        return examine(session.document)
    finally:
        session.close()


def documents() -> int:
    """Return how many sessions' documents are in memory; those of closed tabs are dropped after a while."""
    gc.collect()
    held = (each for each in gc.get_objects() if isinstance(each, Document))
    return sum(document.session_context is not None for document in held)


class HealthHandler(RequestHandler):
    """Answers /health with 200 or 503, what is wrong, and how many documents the server holds."""

    def initialize(self, memory: dict, threads: ThreadPoolExecutor, url: str) -> None:
        """Store memory and threads, shared by all requests of one server."""
        self._memory, self._threads, self._url = memory, threads, url

    async def get(self) -> None:
        """Answer with a check of at most ``FRESH_SECONDS`` ago."""
        if time.monotonic() - self._memory.get("when", -FRESH_SECONDS) >= FRESH_SECONDS:
            in_thread = partial(IOLoop.current().run_in_executor, self._threads)
            held = await in_thread(documents)  # before the check adds its own
            problems = await in_thread(check, self._url)
            self._memory.update(when=time.monotonic(), problems=problems, documents=held)
        problems = self._memory["problems"]
        self.set_status(503 if problems else 200)
        self.set_header("Content-Type", "application/json")
        answer = {"healthy": not problems, "problems": problems, "documents": self._memory["documents"]}
        self.finish(json.dumps(answer))


def health_patterns(host: str, port: int) -> list[tuple]:
    """Return the route."""
    shared = {"memory": {}, "threads": ThreadPoolExecutor(1), "url": f"http://{host}:{port}/"}
    return [("/health", HealthHandler, shared)]


def main(arguments: list[str]) -> int:
    """``python -m dashboard.server.health URL``: exit code 0 if the page is healthy, else 1."""
    problems = check(arguments[0] if arguments else "http://localhost:5006/")
    sys.stdout.write("healthy\n" if not problems else "".join(f"{problem}\n" for problem in problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
