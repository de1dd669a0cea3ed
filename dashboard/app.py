"""Create what all visitors share, make a page for every visitor, and serve."""

from __future__ import annotations

import gc
import logging

import panel as pn
from panel.io.resources import LOCAL_DIST
from panel.io.server import Server, get_server
from tornado.httpclient import AsyncHTTPClient, HTTPError

from dashboard.jobs.services import Services
from dashboard.server.downloads import download_patterns
from dashboard.server.health import health_patterns
from dashboard.shell.page_frame import ASSETS, failure_page, set_template_variables
from dashboard.shell.shell import Shell
from dashboard.upstream import UpstreamChangedError as UpstreamChangedError
from dashboard.upstream import apply_all, page_scripts, text_input

LOG = logging.getLogger("dashboard")
FIRST_PAGE_SECONDS = 120  # at most, until the first page has been made
ALL_ADDRESSES = ("0.0.0.0", "::")
_SERVER_SETTINGS = {
    "keep_alive_milliseconds": 20_000,
    "check_unused_sessions_milliseconds": 2_000,
    "unused_session_lifetime_milliseconds": 30_000,  # a slow browser needs that from page to connection
}


def session(services: Services) -> pn.viewable.Viewable:
    """Return the page of a new visitor; a page with an error message where it cannot be made."""
    # Panel learns from the HTML page where style sheets are; a session that is made anew when a browser
    # reconnects has no HTML page, and would load them from the network.
    set_template_variables(dist_url=LOCAL_DIST, scripts=page_scripts())
    try:
        return Shell(services).page()
    except Exception:
        LOG.exception("A session could not be made")
        return failure_page()


def prepare_notebook() -> None:
    """Apply the patch that a page in a notebook needs."""
    text_input.check()
    text_input.apply()


def make_server(services: Services, port: int, address: str) -> Server:
    """Return a server that has not been started; raises UpstreamChangedError."""
    apply_all()
    _configure_panel()
    host = _reachable(address)
    return get_server(
        lambda: session(services),
        port=port,
        address=None if address in ALL_ADDRESSES else address,
        websocket_origin=origins(port, address),
        title="PRODA",
        static_dirs={"proda-assets": str(ASSETS)},
        extra_patterns=[*health_patterns(host, port), *download_patterns(services.runs)],
        **_SERVER_SETTINGS,
    )


def origins(port: int, address: str) -> list[str]:
    """Return who may open a session: pages of this server; anyone where it listens on all addresses.

    >>> origins(5006, "localhost")
    ['localhost:5006', '127.0.0.1:5006']
    """
    if address in ALL_ADDRESSES:
        return ["*"]
    return list(dict.fromkeys(f"{host}:{port}" for host in (address, "localhost", "127.0.0.1")))


def serve(port: int, address: str, show: bool, data: str) -> None:
    """Serve until interrupted; ``data`` is the data set of a first visit. Raises UpstreamChangedError."""
    services = Services(default_data=data)
    server = make_server(services, port, address)
    services.warm_up()
    server.start()
    url = f"http://{_reachable(address)}:{port}"
    server.io_loop.add_callback(_make_first_page, f"{url}/")
    print(f"PRODA is at {url} (Ctrl-C ends it)", flush=True)  # noqa: T201
    if show:
        server.io_loop.add_callback(server.show, "/")
    try:
        server.run_until_shutdown()
    finally:
        services.close()


def _configure_panel() -> None:
    """Answer all first requests of one theme with the same prepared session, so that no visitor waits."""
    pn.extension(notifications=False)
    pn.config.reuse_sessions = "warm"
    pn.config.session_key_func = lambda request: (request.path, b"dark" in request.arguments.get("theme", ()))


async def _make_first_page(url: str) -> None:
    """Make the first page once, so that its data, borders and answer are ready when a visitor comes."""
    for theme in ("", "?theme=dark"):
        try:
            await AsyncHTTPClient().fetch(url + theme, request_timeout=FIRST_PAGE_SECONDS)
        except (HTTPError, OSError):
            LOG.exception("The first page could not be made ahead")
    # Panel runs the garbage collector when a session closes; freeze long-lived objects so it stays short.
    gc.collect()
    gc.freeze()


def _reachable(address: str) -> str:
    """Return an address at which a browser on this computer reaches the server."""
    return "localhost" if address in ALL_ADDRESSES else address
