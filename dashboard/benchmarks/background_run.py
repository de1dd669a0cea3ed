"""Start and stop an assimilation of all sites on its page, to measure the server under load."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dashboard.benchmarks import browser_clock as clock
from proda_core.sources.catalogue import data_directory


@contextmanager
def assimilate_all_sites(browser: Any, url: str) -> Iterator[None]:
    """Assimilate all sites while the context is open; stop and delete the run afterwards."""
    page = clock.new_page(browser)
    page.goto(f"{url}?page=assimilation")
    page.get_by_role("button", name="Start the quick run").click()
    words = page.get_by_text("sites per second")
    words.wait_for()
    name = re.search(r"Run (\S+)", words.inner_text()).group(1)
    try:
        yield
    finally:
        page.get_by_role("button", name="Stop the run").click()
        page.get_by_text("Stopped after").wait_for()
        page.context.close()
        shutil.rmtree(data_directory() / "runs" / name, ignore_errors=True)
