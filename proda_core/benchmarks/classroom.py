"""A class in front of one server: sessions as a browser opens them, without a browser each.

Every one fetches the page, opens its websocket with the token that came with it, says that the page is
loaded, and reads what comes; what the server does for them is read from its processor time.
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

GLANCE, LONGEST_MAKING = 3.0, 120.0  # s
MAKING = 0.75  # of a core: what a server uses at least that still makes the pages of sessions
_TOKEN = re.compile(r'"token":\s*"([^"]+)"')
_READY = {"type": "event", "name": "document_ready", "values": {"type": "map"}}
_MESSAGES = (
    ("PULL-DOC-REQ", {}),
    ("PATCH-DOC", {"events": [{"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": _READY}]}),
)


def share_of_a_core(url: str, process: int, sessions: int, seconds: float) -> float:
    """Processor time per second of a server process while so many sessions, all made, look at ``url``."""
    with ThreadPoolExecutor(1) as thread:  # the caller's may run a loop of its own
        watched = _share(url, process, sessions, seconds)
        return thread.submit(asyncio.run, watched).result()


async def _share(url: str, process: int, sessions: int, seconds: float) -> float:
    readers = []
    for _ in range(sessions):
        connection = await _open(url)
        readers.append(asyncio.ensure_future(_read(connection)))
    watched, end = psutil.Process(process), time.perf_counter() + LONGEST_MAKING
    await asyncio.sleep(GLANCE)
    while await _used(watched, GLANCE) > MAKING and time.perf_counter() < end:
        pass
    share = await _used(watched, seconds)
    for reader in readers:
        reader.cancel()
    heard = await asyncio.gather(*readers, return_exceptions=True)
    ended = [each for each in heard if not isinstance(each, asyncio.CancelledError)]
    if ended:
        raise InputError(
            f"bench dashboard: expected {sessions} sessions that stay, found {len(ended)} end ({ended[0]})"
        )
    return share


async def _used(process: psutil.Process, seconds: float) -> float:
    """Processor time per second over the next seconds."""
    before, began = sum(process.cpu_times()[:2]), time.perf_counter()
    await asyncio.sleep(seconds)
    return (sum(process.cpu_times()[:2]) - before) / (time.perf_counter() - began)


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
        pass  # the server is not ready before
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
