"""``python -m dashboard``: check the address, then serve."""

from __future__ import annotations

import argparse
import errno
import logging
import socket
import sys

from dashboard.state.session_state import DEFAULT_DATA

BAD_INPUT, FAILURE = 2, 1
LARGEST_PORT = 65535


def main(arguments: list[str] | None = None) -> int:
    """Serve the dashboard; return the exit code: 0, 2 for bad input, 1 for failure."""
    options = _parser().parse_args(arguments)
    problem = address_problem(options.address, options.port) or data_problem(options.data)
    if problem:
        sys.stderr.write(f"{problem}\n")
        return BAD_INPUT
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    from dashboard import app  # slow to import: after the quick checks

    try:
        app.serve(options.port, options.address, options.open, options.data)
    except app.UpstreamChangedError as changed:
        sys.stderr.write(f"{changed}.\n")
        return FAILURE
    return 0


def address_problem(address: str, port: int) -> str:
    """Return a sentence if the address cannot be listened on, else nothing."""
    if ":" in address and address != "::":  # Bokeh reads what follows a colon as the port
        return f"Address {address}: expected a name or a number such as 127.0.0.1; found one of IPv6."
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except socket.gaierror:
        return f"Address {address}: expected a name or number of this computer, found an unknown one."
    except OSError as error:
        return _sentence(error, address, port)
    return ""


def data_problem(name: str) -> str:
    """Return a sentence if there is no data set of that name here, else nothing."""
    if name == DEFAULT_DATA:
        return ""
    from proda_core.studies import known_studies

    here = [known.name for known in known_studies() if known.available]
    return "" if name in here else f"Data set: expected one of {', '.join(here)}; found {name!r}."


def _sentence(error: OSError, address: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program; choose another one with --port {port % 65535 + 1}."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used without special rights; choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"Address {address} does not belong to this computer; try localhost, or 0.0.0.0 for all."
    return f"Cannot listen on {address}:{port}: {error.strerror or error}."


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"expected a port from 1 to {LARGEST_PORT}, found {text!r}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dashboard", description="Serve the PRODA dashboard.")
    parser.add_argument("--port", type=_port, default=5006, help="port to listen on (5006)")
    parser.add_argument("--address", default="localhost", help="address to listen on; 0.0.0.0 lets others in")
    parser.add_argument("--data", default=DEFAULT_DATA, help="data set of a first visit (teaching)")
    parser.add_argument(
        "--open",
        "--show",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="open the address in your browser",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
