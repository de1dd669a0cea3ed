"""Waiting times on the pages of the dashboard: medians on a warm server, measured in the browser.

The server has the teaching continent: 26,509 sites, 3,399 cells. Maps need a finished run of it and are
left out without one.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from dashboard.benchmarks import browser_clock as clock
from dashboard.benchmarks.background_run import assimilate_all_sites
from dashboard.benchmarks.session_load import share_of_a_core
from proda_core.benchmarks.steps import OnProgress, Steps

DATA = "teaching"
REPEATS, QUICK_REPEATS = 20, 3
VISITORS, FIRST_VISITORS = 50, 5
SESSION_END_SECONDS = 45.0  # the server ends a session half a minute after its tab is closed
SITE = 100
SPARSE_VIEW = "-104,36,-90,44"  # part of the map where sites do not overlap
SESSIONS, WATCHED_SECONDS = 30, 20.0
LONG = "2,000,000"  # iterations at each of a hundred sites, which take longer than they are watched
SIX_MAPS = "stock.default,stock.batch,stock.proda,q10.proda,tau4s3.proda,stock.observed"
_FIRST_MAP = "map-proda"
_CHANGES = (("Maps", "map-p0"), ("Sites", "site-map"))


def measure(quick: bool = False, on_progress: OnProgress | None = None) -> Iterator[dict]:
    """Yield rows of name, value, unit and target, each as soon as it is measured."""
    repeats = QUICK_REPEATS if quick else REPEATS
    step = Steps(9, on_progress)
    step("starting a server")
    data = os.environ.get("PRODA_BENCH_DATA", DATA)
    with clock.server(data) as (url, process), clock.browser() as browser:
        page = clock.new_page(browser)
        page.goto(url + "?page=sites")
        clock.wait_for_figure(page, "site-map")
        step("first page")
        yield from _first_page(browser, url, repeats)
        step("sites")
        yield from _sites(page, url, repeats)
        step("maps")
        yield from _maps(page, url, repeats)
        step("model")
        yield _row("slider to profile", _slider(page, url, repeats), "s", 0.15)
        step("chains of one site")
        yield from _assimilation(page, url, repeats)
        step("model, while all sites are assimilated")
        with assimilate_all_sites(browser, url):
            busy = _slider(page, url, repeats)
        yield _row("slider to profile, all sites being assimilated", busy, "s", 0.2)
        page.context.close()
        step("sessions that end")
        yield from _visitors(browser, url, process, QUICK_REPEATS if quick else VISITORS)
        step("many sessions at once")
        yield from _class(browser, url, process, QUICK_REPEATS if quick else SESSIONS)


def _first_page(browser: Any, url: str, repeats: int) -> list[dict]:
    """Times from the address, with an empty browser cache, to the first words and to the page."""
    words, pages = [], []
    for _ in range(repeats + 1):
        page = clock.new_page(browser)
        started = time.perf_counter()
        page.goto(url, wait_until="commit")
        page.locator("#loading-page p").wait_for()
        words.append(time.perf_counter() - started)
        page.locator(".main-content p").first.wait_for()
        pages.append(time.perf_counter() - started)
        clock.wait_for_figure(page, _FIRST_MAP)  # the server has finished this session
        page.context.close()
    return [
        _row("first words readable", words[1:], "s", None),
        _row("first page readable", pages[1:], "s", 2.0),
    ]


def _sites(page: Any, url: str, repeats: int) -> list[dict]:
    """Times of a zoom of all sites and from a tap to the profile."""
    zoom = [clock.redraw_seconds(page, "site-map", -120 if i % 2 else 120) for i in range(repeats)]
    page.goto(f"{url}?page=sites&view={SPARSE_VIEW}")
    clock.wait_for_figure(page, "site-map")
    taps, row = [], 0
    for _ in range(repeats + 1):
        page.wait_for_timeout(1000)  # sooner, two taps would be a double tap
        x, y, row = _next_separate_site(page, row + 97)
        before = _title(page, "profile")
        started = time.perf_counter()
        page.mouse.click(x, y)
        page.wait_for_function(f"before => ({_TITLE})('profile') !== before", arg=before)
        clock.wait_for_frame(page)
        taps.append(time.perf_counter() - started)
    return [
        _row("zoom of all sites, redrawn", zoom, "s", 0.3),
        _row("tap to profile", taps[1:], "s", 0.3),
    ]


def _maps(page: Any, url: str, repeats: int) -> list[dict]:
    """Times of a zoom of six linked maps and of page changes."""
    page.goto(f"{url}?page=maps&maps={SIX_MAPS}")
    page.locator(".main-content p").first.wait_for()
    page.wait_for_timeout(2000)
    if not page.evaluate(f"() => ({clock.FIND})('map-p0') !== null"):
        return [_row("zoom of six maps, redrawn (no finished run)", [], "s", 0.3)]
    clock.wait_for_figure(page, "map-p5")
    zoom = [clock.redraw_seconds(page, "map-p1", -120 if i % 2 else 120) for i in range(repeats)]
    changes = [_change(page, *_CHANGES[(number + 1) % 2]) for number in range(repeats + 2)]
    return [
        _row("zoom of six maps, redrawn", zoom, "s", 0.3),
        _row("page change", changes[2:], "s", 0.5),
        _row("page change, first time", _first_changes(page, url, repeats), "s", None),
    ]


def _first_changes(page: Any, url: str, repeats: int) -> list[float]:
    """Times of the first visit of a page, until its map is drawn [s]."""
    times = []
    for number in range(repeats):
        page.goto(url)
        clock.wait_for_figure(page, _FIRST_MAP)
        page.wait_for_timeout(1000)
        times.append(_change(page, *_CHANGES[number % 2]))
    return times


def _change(page: Any, tab: str, figure: str) -> float:
    """Time from a click on a tab until a figure of its page is on the screen [s]."""
    started = time.perf_counter()
    page.get_by_role("tab", name=tab).click()
    page.wait_for_function(f"name => ({clock.FIND})(name) !== null", arg=figure)
    clock.wait_for_frame(page)
    return time.perf_counter() - started


def _slider(page: Any, url: str, repeats: int) -> list[float]:
    """Times from a move of a slider to its profile [s]."""
    page.goto(f"{url}?page=model&site={SITE}")
    clock.wait_for_figure(page, "model-profile")
    page.locator("input[type=range]").first.focus()
    times = []
    for number in range(repeats + 1):
        key = "ArrowRight" if number % 2 else "ArrowLeft"
        before = page.evaluate(f"() => ({_PROFILE})()")
        started = time.perf_counter()
        page.keyboard.press(key)
        page.wait_for_function(f"before => ({_PROFILE})() !== before", arg=before)
        times.append(time.perf_counter() - started)
    return times[1:]


def _assimilation(page: Any, url: str, repeats: int) -> list[dict]:
    """Times of 150,000 iterations at one site (schedule "chapter"), from the click to the plots."""
    page.goto(f"{url}?page=assimilation&site={SITE}")
    page.get_by_role("combobox", name="Schedule").first.click()
    page.get_by_role("menuitem", name=re.compile("^Chapter 37")).click()
    page.wait_for_timeout(1000)
    times = []
    for number in range(repeats + 1):
        before = page.url
        button = page.get_by_role("button", name="Start again" if number else "Start", exact=True)
        started = time.perf_counter()
        button.click()
        page.wait_for_function("before => location.href !== before", arg=before)
        page.get_by_text("Finished after").wait_for()
        clock.wait_for_figure(page, "posterior-intervals")
        times.append(time.perf_counter() - started)
    return [_row("chapter MCMC of one site, click to plots", times[1:], "s", 2.5)]


def _class(browser: Any, url: str, process: int, count: int) -> list[dict]:
    """Processor time of the server while many sessions watch running chains."""
    page = clock.new_page(browser)
    page.goto(f"{url}?page=assimilation&site={SITE}&selected={SITE}-{SITE + 99}")
    page.get_by_role("button", name="Sampler").click()
    field = page.get_by_label("Sampling iterations", exact=True).first
    field.fill(LONG)
    field.press("Enter")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_function("() => location.href.includes('job=')")
    watched = page.url
    page.context.close()
    share = share_of_a_core(watched, process, count, WATCHED_SECONDS)
    return [_row(f"{count} sessions with a running trace", [share], "cores", 0.5)]


def _visitors(browser: Any, url: str, process: int, count: int) -> list[dict]:
    """Memory and documents of the server after many sessions have ended, against those after a few."""
    first = min(FIRST_VISITORS, count)
    time.sleep(SESSION_END_SECONDS)
    there = clock.documents(url)
    _open_and_close(browser, url, first)
    before = clock.resident_megabytes(process)
    _open_and_close(browser, url, count - first)
    after = clock.resident_megabytes(process)
    left = clock.documents(url) - there
    growth = 100 * (after / before - 1) if before > 0 else float("nan")
    return [
        _row(f"documents left over by {count} visitors", [left], "", 0.0),
        _row(f"memory after {count} visitors", [after], "MB", None),
        _row(f"more memory after {count} visitors than after {first}", [growth], "%", 20.0),
    ]


def _open_and_close(browser: Any, url: str, count: int) -> None:
    for _ in range(count):
        page = clock.new_page(browser)
        page.goto(url + "?page=sites", wait_until="commit")
        page.locator(".main-content p").first.wait_for()
        page.context.close()
    time.sleep(SESSION_END_SECONDS)


_PROFILE = """() => {
  const data = Bokeh.documents[0].get_model_by_name('model-line').data
  return Array.from(data.carbon ?? data.get('carbon')).reduce((a, b) => a + b, 0)
}"""
_TITLE = f"name => {{ const view = ({clock.FIND})(name); return view ? view.model.title.text : '' }}"


def _title(page: Any, name: str) -> str:
    return page.evaluate(f"name => ({_TITLE})(name)", name)


def _next_separate_site(page: Any, row: int) -> tuple[float, float, int]:
    """Position on the screen [px] and row of the next site in view without neighbours, from a row on."""
    x, y, found = page.evaluate(
        f"""row => {{
          const view = ({clock.FIND})('site-map')
          const box = view.canvas_view.el.getBoundingClientRect()
          const data = view.model.document.get_model_by_name('sites').data
          const get = name => data[name] ?? data.get(name)
          const xs = get('x'), ys = get('y'), range = view.model
          for (let n = 0, i = row % xs.length; n < xs.length; n++, i = (i + 1) % xs.length) {{
            const inside = xs[i] > range.x_range.start && xs[i] < range.x_range.end
              && ys[i] > range.y_range.start && ys[i] < range.y_range.end
            if (!inside) continue
            const [sx, sy] = [view.frame.x_scale.compute(xs[i]), view.frame.y_scale.compute(ys[i])]
            const [px, py] = [box.left + sx, box.top + sy]
            const near = Math.abs(view.frame.x_scale.invert(sx + 8) - xs[i])
            let there = 0
            for (let j = 0; j < xs.length && there < 2; j++)
              if (Math.abs(xs[j] - xs[i]) < near && Math.abs(ys[j] - ys[i]) < near) there++
            if (there === 1 && py > 0 && py < window.innerHeight - 5) return [px, py, i]
          }}
          throw new Error('no site without neighbours in this view')
        }}""",
        row,
    )
    return x, y, found


def _row(name: str, times: list[float], unit: str, target: float | None) -> dict:
    value = float(np.median(times)) if times else float("nan")
    return {"name": name, "value": value, "unit": unit, "target": target}
