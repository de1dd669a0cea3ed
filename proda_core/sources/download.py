"""Download files with pypdl, which resumes interrupted transfers and retries."""

from __future__ import annotations

import errno
import logging
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

import aiohttp
from pypdl import Pypdl

from proda_core.sources.catalogue import RemoteFile

RETRIES = 3
AT_ONCE = 2
# An address that fails this often without a byte in between is taken to be unreachable.
PATIENCE = 3
POLL_SECONDS = 0.2
TIMEOUT = aiohttp.ClientTimeout(sock_connect=20, sock_read=30)
# Sizes and ranges of the catalogue are those of the file itself, not of a compressed answer.
HEADERS = {"Accept-Encoding": "identity"}


class FetchError(RuntimeError):
    """A file could not be fetched for a reason other than the request: network, disk or content."""


def download(
    address: str, files: Sequence[RemoteFile], directory: Path, report: Callable[[int, str], None]
) -> str:
    """Download ``files`` below ``address`` into ``directory``; return the error as text, or "".

    report : called with the bytes received so far and a message
    """
    for file in files:
        (directory / file.path).parent.mkdir(parents=True, exist_ok=True)
    problems = _Problems()
    loader = Pypdl(logger=problems.logger, max_concurrent=AT_ONCE)
    tasks = [_task(address, file, directory) for file in files]
    future = loader.start(tasks=tasks, block=False, display=False)
    try:
        _wait(loader, problems, lambda done: report(done, f"from {urlsplit(address).hostname}"))
    finally:
        if loader.completed:
            future.result()
        else:
            loader.shutdown()
    return problems.sentence(address)


def _task(address: str, file: RemoteFile, directory: Path) -> dict:
    """Describe a download for pypdl, in one segment, so that a partial file is its beginning.

    The ETag is not checked, because the SHA-256 is: a second address may resume the download of the first.
    """
    url = address + quote(file.path)
    return {
        "url": url,
        "file_path": str(directory / file.path),
        "segments": 1,
        "retries": RETRIES,
        "etag_validation": False,
        "headers": dict(HEADERS),
        "timeout": TIMEOUT,
        "proxy": _proxy(url),
    }


def _proxy(url: str) -> str | None:
    """The proxy of the environment (HTTPS_PROXY, NO_PROXY ...), which aiohttp does not read by default."""
    parts = urlsplit(url)
    if urllib.request.proxy_bypass(parts.netloc):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def _wait(loader: Pypdl, problems: _Problems, report: Callable[[int], None]) -> None:
    """Wait until all files are complete or failed, the disk is full, or the address is unreachable."""
    arrived, known_problems = 0, 0
    while not (loader.completed or loader.is_idle):
        time.sleep(POLL_SECONDS)
        if loader.current_size != arrived:
            arrived, known_problems = loader.current_size, len(problems.errors)
        if problems.disk_error is not None:
            raise problems.disk_error
        if len(problems.errors) - known_problems >= PATIENCE:
            return
        report(arrived)


class _Problems(logging.Handler):
    """Collects the errors pypdl logs, which it reports in no other way."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[BaseException] = []
        self.logger = logging.Logger("proda.download")
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self.errors.append(record.exc_info[1])

    @property
    def disk_error(self) -> OSError | None:
        """The first error of the disk, if any."""
        disk = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS)
        own = (e for e in self.errors if isinstance(e, OSError) and not isinstance(e, aiohttp.ClientError))
        return next((e for e in own if e.errno in disk), None)

    def sentence(self, address: str) -> str:
        """Describe the last error."""
        return _sentence(self.errors[-1], urlsplit(address).hostname or address) if self.errors else ""


def _sentence(error: BaseException, host: str) -> str:
    if isinstance(error, aiohttp.ClientSSLError):
        return f"the certificate of {host} could not be verified"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{host} could not be reached; is there a network?"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"{host} answered {error.status} {error.message} for {error.request_info.real_url}"
    if isinstance(error, (aiohttp.ClientError, TimeoutError)):
        return f"the connection to {host} was cut ({type(error).__name__})"
    return f"{type(error).__name__}: {error}"
