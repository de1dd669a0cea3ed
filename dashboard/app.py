"""Creates what all visitors share, gives every visitor a session, and serves."""

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
from dashboard.shell.shell import ASSETS, Shell, failure_page
from dashboard.upstream.early_updates import keep_early_changes
from dashboard.upstream.fast_patches import make_patches_light
from dashboard.upstream.ordered_updates import keep_order
from dashboard.upstream.text_input import keep_typed_text

LOG = logging.getLogger("dashboard")
PATIENCE = 120  # s
EVERYWHERE = ("0.0.0.0", "::")
_SERVER_SETTINGS = {
    "keep_alive_milliseconds": 20_000,
    "check_unused_sessions_milliseconds": 2_000,
    "unused_session_lifetime_milliseconds": 30_000,  # a slow browser needs that from page to connection
}

pn.extension(notifications=False)
# The first answer is the same for all who see it in the same colours: nobody waits for a session to be made.
pn.config.reuse_sessions = "warm"
pn.config.session_key_func = lambda request: (request.path, b"dark" in request.arguments.get("theme", ()))
keep_order()
keep_early_changes()
keep_typed_text()
make_patches_light()


def session(services: Services) -> pn.viewable.Viewable:
    """The page of a new visitor; if it cannot be made, a page that says so."""
    _keep_styles_here()
    try:
        return Shell(services).page()
    except Exception:
        LOG.exception("A session could not be made")
        return failure_page()


def _keep_styles_here() -> None:
    """Style sheets lie on this server, even for a session that is made anew when a browser comes back.

    Panel learns that from the HTML page; such a session has none, and would send to the network.
    """
    if pn.state.curdoc is not None:
        pn.state.curdoc.template_variables.setdefault("dist_url", LOCAL_DIST)


def make_server(services: Services, port: int, address: str) -> Server:
    """A server that has not been started yet."""
    reached = "localhost" if address in EVERYWHERE else address
    return get_server(
        lambda: session(services),
        port=port,
        address=None if address in EVERYWHERE else address,
        websocket_origin=origins(port, address),
        title="PRODA",
        static_dirs={"proda-assets": str(ASSETS)},
        extra_patterns=[*health_patterns(reached, port), *download_patterns(services.runs)],
        **_SERVER_SETTINGS,
    )


def origins(port: int, address: str) -> list[str]:
    """Who may open a session: pages of this server; anyone where it listens to everyone.

    >>> origins(5006, "localhost")
    ['localhost:5006', '127.0.0.1:5006']
    """
    if address in EVERYWHERE:
        return ["*"]
    return list(dict.fromkeys(f"{host}:{port}" for host in (address, "localhost", "127.0.0.1")))


async def _rehearse(url: str) -> None:
    """Make the first page once: visitors find its maps read, its borders drawn and its answer ready."""
    for theme in ("", "?theme=dark"):
        try:
            await AsyncHTTPClient().fetch(url + theme, request_timeout=PATIENCE)
        except (HTTPError, OSError):
            LOG.exception("The first page could not be rehearsed")
    # Panel looks for garbage when a visitor has left; what stays for ever need not be looked at then.
    gc.collect()
    gc.freeze()


def serve(port: int, address: str, show: bool, data: str) -> None:
    """Serve until interrupted; ``data`` is the data set of a first visit."""
    services = Services(default_data=data)
    server = make_server(services, port, address)
    services.warm_up()
    server.start()
    shown = "localhost" if address in EVERYWHERE else address
    server.io_loop.add_callback(_rehearse, f"http://{shown}:{port}/")
    print(f"PRODA is at http://{shown}:{port} (Ctrl-C ends it)", flush=True)  # noqa: T201
    if show:
        server.io_loop.add_callback(server.show, "/")
    try:
        server.run_until_shutdown()
    finally:
        services.close()
