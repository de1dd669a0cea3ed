"""Download files of runs over plain HTTP, so that large ones are not part of a page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import IO

from tornado.ioloop import IOLoop
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler

from dashboard.jobs.data.run_exports import EVERYTHING, run_file, zip_archive
from dashboard.jobs.runs import Runs
from proda_core.records.checks import InputError
from proda_core.runs import Run

CHUNK_BYTES = 256 * 1024


class DownloadHandler(RequestHandler):
    """Answers /download/RUN/FILE; both are names known to the server, never paths."""

    def initialize(self, runs: Runs, threads: ThreadPoolExecutor) -> None:
        """Store runs and threads, shared by all requests of one server."""
        self._runs, self._threads = runs, threads

    async def get(self, run_id: str, name: str) -> None:
        """Send a file in chunks."""
        try:
            run = self._runs.existing(run_id)
            content = await IOLoop.current().run_in_executor(self._threads, _opened, run, name)
        except (InputError, OSError) as error:
            raise HTTPError(404, "%s", error) from error
        with content:
            await self._send(content, name if name != EVERYTHING else f"{run_id}.zip")

    async def _send(self, content: IO[bytes], filename: str) -> None:
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("X-Content-Type-Options", "nosniff")
        safe = "".join(c if c.isalnum() or c in "._-" else "_" for c in filename)
        self.set_header("Content-Disposition", f'attachment; filename="{safe}"')
        try:
            while part := content.read(CHUNK_BYTES):
                self.write(part)
                await self.flush()
        except StreamClosedError:
            return


def _opened(run: Run, name: str) -> IO[bytes]:
    return zip_archive(run) if name == EVERYTHING else run_file(run, name).open("rb")


def download_patterns(runs: Runs) -> list[tuple]:
    """Return the route."""
    shared = {"runs": runs, "threads": ThreadPoolExecutor(2)}
    return [(r"/download/([^/]+)/([^/]+)", DownloadHandler, shared)]
