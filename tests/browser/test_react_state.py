"""A change while a widget is being drawn is not lost: Panel's own code (1.9.4) fails both tests."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.bokeh_page import wait_until_idle
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser

# A button with a label. ``drawn(part)`` waits until its words are drawn anew with something in them and comes
# back before React does what it puts off until after drawing: it takes every step of it for a long one.
_BUTTON = """
  const named = v => { try { return v.model.data.label.startsWith("Start the") } catch { return false } }
  const view = Bokeh.index.query_one(named)
  const data = view.model.data
  const words = () => view.shadow_el.querySelector("button").textContent
  let now = performance.now()
  performance.now = () => now += 50
  const drawn = part => new Promise(resolve => {
    const observer = new MutationObserver(records => {
      const changed = records.flatMap(record => [record.target, ...record.addedNodes])
      if (changed.some(node => node.parentNode && node.textContent.includes(part))) {
        observer.disconnect()
        resolve()
      }
    })
    observer.observe(view.shadow_el, {subtree: true, childList: true, characterData: true})
  })
  const settled = () => new Promise(resolve => setTimeout(resolve, 500))
"""


@pytest.fixture
def page(watched: Watched, server: Server) -> Page:
    watched.page.goto(f"{server.url}?page=maps&data=example")
    watched.page.get_by_role("button", name="Start the quick run").wait_for()
    wait_until_idle(watched.page)
    return watched.page


def test_a_change_between_drawing_and_listening_is_drawn(page: Page) -> None:
    script = f"""async () => {{
      {_BUTTON}
      data.setv({{label: "Start the first"}})
      await settled()
      const again = drawn("Start the first")
      view.render()
      await again
      data.setv({{label: "Start the second"}})
      await settled()
      return words()
    }}"""
    assert "Start the second" in page.evaluate(script)


def test_a_change_just_after_another_was_drawn_is_kept(page: Page) -> None:
    script = f"""async () => {{
      {_BUTTON}
      const first = drawn("Start the first")
      data.setv({{label: "Start the first"}})
      await first
      data.setv({{label: "Start the second"}})
      await settled()
      return [data.label, words()]
    }}"""
    label, words = page.evaluate(script)
    assert label == "Start the second"
    assert label in words
