"""A figure is painted without a CSS lookup; Bokeh by itself (3.9.2) makes hundreds for each."""

from __future__ import annotations

import pytest

from tests.browser.bokeh_page import wait_for_figure, wait_until_idle
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser

_LOOKUPS = """() => new Promise(resolve => {
  let lookups = 0
  const original = CSSStyleDeclaration.prototype.getPropertyValue
  CSSStyleDeclaration.prototype.getPropertyValue = function (name) {
    if (name.startsWith("--bk-")) lookups += 1
    return original.call(this, name)
  }
  const view = Bokeh.index.query_one(each => each.model.name === "profile")
  view.request_repaint()
  setTimeout(() => { CSSStyleDeclaration.prototype.getPropertyValue = original; resolve(lookups) }, 500)
})"""


def test_a_figure_is_painted_without_css_lookups(watched: Watched, server: Server) -> None:
    page = watched.page
    page.goto(server.url + "?page=sites&data=example&site=9")
    wait_for_figure(page, "profile", 1)
    wait_until_idle(page)
    assert page.evaluate(_LOOKUPS) == 0
