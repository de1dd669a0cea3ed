"""Is the dashboard well? Looks at the page Sites as a browser gets it, not at the status of the answer."""

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

FRESH = 10.0  # s; a page is not looked at more often than that


def examine(document: Document) -> list[str]:
    """What is missing on a rendered page; nothing if it is well."""
    problems = []
    if not any(isinstance(plot, figure) for plot in document.select({"name": "site-map"})):
        problems.append("the map of sites is not on the page")
    sources = [s for s in document.select({"name": "sites"}) if isinstance(s, ColumnDataSource)]
    if not any(len(source.data.get("x", ())) for source in sources):
        problems.append("the map of sites has no sites")
    return problems


def look(url: str) -> list[str]:
    """Open a session at an address and examine its page."""
    try:
        session = pull_session(url=url, arguments={"page": "sites"})
    except Exception as error:
        return [f"no page came from {url} ({error})"]
    try:
        return examine(session.document)
    finally:
        session.close()


def documents() -> int:
    """Sessions whose document this process still holds; those of closed tabs are let go of after a while."""
    gc.collect()
    held = (thing for thing in gc.get_objects() if isinstance(thing, Document))
    return sum(document.session_context is not None for document in held)


class HealthHandler(RequestHandler):
    """Answers /health with 200 or 503, what is wrong, and how many documents the server holds."""

    def initialize(self, memory: dict, threads: ThreadPoolExecutor, url: str) -> None:
        """Memory and threads are shared by all requests of one server."""
        self._memory, self._threads, self._url = memory, threads, url

    async def get(self) -> None:
        """Look, unless somebody has just looked."""
        if time.monotonic() - self._memory.get("when", -FRESH) >= FRESH:
            in_thread = partial(IOLoop.current().run_in_executor, self._threads)
            held = await in_thread(documents)  # before this look adds its own
            problems = await in_thread(look, self._url)
            self._memory.update(when=time.monotonic(), problems=problems, documents=held)
        problems = self._memory["problems"]
        self.set_status(503 if problems else 200)
        self.set_header("Content-Type", "application/json")
        answer = {"healthy": not problems, "problems": problems, "documents": self._memory["documents"]}
        self.finish(json.dumps(answer))


def health_patterns(host: str, port: int) -> list[tuple]:
    """The route, for the server."""
    shared = {"memory": {}, "threads": ThreadPoolExecutor(1), "url": f"http://{host}:{port}/"}
    return [("/health", HealthHandler, shared)]


def main(arguments: list[str]) -> int:
    """``python -m dashboard.server.health URL``: 0 if the page there is well, 1 if not."""
    problems = look(arguments[0] if arguments else "http://localhost:5006/")
    sys.stdout.write("healthy\n" if not problems else "".join(f"{problem}\n" for problem in problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
