"""A small web server for tests: it serves ranges, and can cut a line or flip a byte when told to."""

from __future__ import annotations

import http.server
import re
import threading
from collections import Counter
from types import TracebackType


class FileServer:
    """Serves ``content`` {path: bytes} on 127.0.0.1 while its ``with`` block runs.

    cuts : how many times the line is dropped half-way through a path
    flipped : paths that are served with one byte changed
    requests : (method, path, first byte asked for)
    """

    def __init__(self, content: dict[str, bytes]) -> None:
        self.content = dict(content)
        self.cuts: Counter[str] = Counter()
        self.flipped: set[str] = set()
        self.requests: list[tuple[str, str, int]] = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.files = self

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> FileServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Say nothing: test output is for tests."""

    def _answer(self) -> None:
        files, path = self.server.files, self.path.lstrip("/")
        first, last = self._range()
        files.requests.append((self.command, path, first))
        if path not in files.content:
            self.send_error(404)
            return
        whole = files.content[path]
        last = len(whole) - 1 if last is None else last
        self._head(first, last, len(whole))
        if self.command == "GET":
            self._body(files, path, bytearray(whole)[first : last + 1])

    def _range(self) -> tuple[int, int | None]:
        found = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        return (int(found[1]), int(found[2]) if found[2] else None) if found else (0, None)

    def _head(self, first: int, last: int, size: int) -> None:
        partial = "Range" in self.headers
        self.send_response(206 if partial else 200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(last - first + 1))
        if partial:
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.end_headers()

    def _body(self, files: FileServer, path: str, part: bytearray) -> None:
        if path in files.flipped:
            part[-1] ^= 1
        if files.cuts[path] and len(part) > 1:
            files.cuts[path] -= 1
            part = part[: len(part) // 2]
            self.close_connection = True
        self.wfile.write(part)
