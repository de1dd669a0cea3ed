"""Load of one server with many sessions, opened as a browser does but without a browser each.

Every session fetches the page, opens its websocket with the token of the page, reports the page as loaded
and reads all messages; the load is the processor time of the server.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect

from proda_core.records.checks import InputError

SAMPLE_SECONDS, STARTUP_TIMEOUT_SECONDS = 3.0, 120.0
STARTUP_CORES = 0.75  # cores; a server that uses more is still building the pages of the sessions
_TOKEN = re.compile(r'"token":\s*"([^"]+)"')
_READY = {"type": "event", "name": "document_ready", "values": {"type": "map"}}
_MESSAGES = (
    ("PULL-DOC-REQ", {}),
    ("PATCH-DOC", {"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": _READY}]}),
)


def share_of_a_core(url: str, process: int, sessions: int, seconds: float) -> float:
    """Processor time per second of a server while ``sessions`` sessions show ``url``, once all are built."""
    with ThreadPoolExecutor(1) as thread:  # the caller's thread may run an event loop
        watched = _share(url, process, sessions, seconds)
        return thread.submit(asyncio.run, watched).result()


async def _share(url: str, process: int, sessions: int, seconds: float) -> float:
    readers = []
    for _ in range(sessions):
        connection = await _open(url)
        readers.append(asyncio.ensure_future(_read(connection)))
    watched, end = psutil.Process(process), time.perf_counter() + STARTUP_TIMEOUT_SECONDS
    await asyncio.sleep(SAMPLE_SECONDS)
    while await _used(watched, SAMPLE_SECONDS) > STARTUP_CORES and time.perf_counter() < end:
        pass
    share = await _used(watched, seconds)
    for reader in readers:
        reader.cancel()
    ended_readers = await asyncio.gather(*readers, return_exceptions=True)
    ended = [each for each in ended_readers if not isinstance(each, asyncio.CancelledError)]
    if ended:
        raise InputError(
            f"bench dashboard: expected {sessions} open sessions, found {len(ended)} closed ({ended[0]})"
        )
    return share


async def _used(process: psutil.Process, seconds: float) -> float:
    """Processor time per second over the next ``seconds``."""
    before, started = sum(process.cpu_times()[:2]), time.perf_counter()
    await asyncio.sleep(seconds)
    return (sum(process.cpu_times()[:2]) - before) / (time.perf_counter() - started)


async def _open(url: str) -> WebSocketClientConnection:
    page = await AsyncHTTPClient().fetch(url, request_timeout=120)
    token = _TOKEN.search(page.body.decode())
    if token is None:
        raise InputError(f"bench dashboard: expected a session at {url}, found a page without one")
    address = "ws" + url.partition("?")[0].removeprefix("http").rstrip("/") + "/ws"
    connection = await websocket_connect(
        address, subprotocols=["bokeh", token.group(1)], max_message_size=2**30
    )
    while "ACK" not in str(await connection.read_message()):
        pass  # the server acknowledges when it is ready
    for number, (kind, content) in enumerate(_MESSAGES):
        header = {"msgid": str(number), "msgtype": kind}
        for frame in (header, {}, content):
            await connection.write_message(json.dumps(frame))
    return connection


async def _read(connection: WebSocketClientConnection) -> None:
    try:
        while await connection.read_message() is not None:
            pass
        raise ConnectionError(f"the server closed a session ({connection.close_reason})")
    finally:
        connection.close()
