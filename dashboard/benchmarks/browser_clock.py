"""A dashboard server and a headless browser that measures times with its own clock.

Needs Playwright and Chromium, which are imported and started when something is measured.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

import psutil

from proda_core.records.checks import InputError

TIMEOUT_SECONDS = 180
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FIND = """name => {
  for (const doc of Bokeh.documents) {
    const model = doc.get_model_by_name(name)
    const view = model && Bokeh.index.find_one(model)
    if (view && view.canvas_view && view.canvas_view.bbox.width > 50
      && view.el.checkVisibility({visibilityProperty: true})) return view
  }
  return null
}"""


@contextmanager
def server(data: str) -> Iterator[tuple[str, int]]:
    """Start a dashboard with a data set; yields its address and process number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "dashboard", "--port", str(port), "--address", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--data", data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
    )
    try:
        _wait_until_reachable(process, port)
        yield f"http://127.0.0.1:{port}/", process.pid
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:  # a busy machine: what was measured matters more than a clean end
            process.kill()


@contextmanager
def browser() -> Iterator[Any]:
    """Start a headless Chromium; raises InputError where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise InputError(
            "bench dashboard: expected Playwright (pip install playwright), found none"
        ) from None
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        except Exception as error:
            raise InputError(
                "bench dashboard: expected a Chromium (apt-get install chromium, or"
                f" playwright install chromium), found none that starts: {str(error).splitlines()[0]}"
            ) from None
        try:
            yield found
        finally:
            found.close()


def new_page(browser_: Any) -> Any:
    """A page of 1440 x 900 in a context of its own."""
    page = browser_.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(1000 * TIMEOUT_SECONDS)
    return page


def wait_for_figure(page: Any, name: str) -> None:
    """Wait until a figure is on the screen and all documents are idle."""
    page.wait_for_function(
        f"name => window.Bokeh && Bokeh.documents.length && ({FIND})(name) !== null"
        " && Bokeh.documents.every(d => d.is_idle)",
        arg=name,
    )


def wait_for_frame(page: Any) -> None:
    """Wait for the frame after the next one, when all changes are on the screen."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def redraw_seconds(page: Any, name: str, wheel: int) -> float:
    """Time from a turn of the wheel over a figure to the frame after its redrawing [s]."""
    page.evaluate(
        f"""name => {{
          const range = ({FIND})(name).model.x_range
          const before = [range.start, range.end]
          window.redrawn = new Promise(done => {{
            let started = null
            window.addEventListener('wheel', () => {{ started ??= performance.now() }}, {{capture: true}})
            const check = () => {{
              const moved = range.start !== before[0] || range.end !== before[1]
              if (started === null || !moved) return requestAnimationFrame(check)
              requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - started)))
            }}
            check()
          }})
        }}""",
        name,
    )
    page.mouse.move(*middle_of(page, name))
    page.mouse.wheel(0, wheel)
    return float(page.evaluate("() => window.redrawn")) / 1000


def middle_of(page: Any, name: str) -> tuple[float, float]:
    """Position of the middle of a figure on the screen [px]."""
    x, y = page.evaluate(
        f"""name => {{
          const view = ({FIND})(name)
          const box = view.canvas_view.el.getBoundingClientRect(), frame = view.frame.bbox
          return [box.left + (frame.left + frame.right) / 2, box.top + (frame.top + frame.bottom) / 2]
        }}""",
        name,
    )
    return x, y


def resident_megabytes(process: int) -> float:
    """Resident memory of a process [MB]."""
    return psutil.Process(process).memory_info().rss / 1e6


def documents(url: str) -> int:
    """Number of documents the server holds."""
    with urlopen(f"{url}health", timeout=TIMEOUT_SECONDS) as answer:
        return json.load(answer)["documents"]


def _wait_until_reachable(process: subprocess.Popen, port: int) -> None:
    end = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise InputError("bench dashboard: expected a dashboard that starts, found one that ended")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise InputError(f"bench dashboard: expected a dashboard within {TIMEOUT_SECONDS} s, found none")
