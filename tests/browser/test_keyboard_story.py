"""What a mouse can reach, the keyboard can."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.bokeh_page import wait_for_figure, wait_until_idle
from tests.browser.conftest import Server, Watched

pytestmark = pytest.mark.browser


def test_tabs_within_a_page_are_taken_with_enter_and_arrows(watched: Watched, server: Server) -> None:
    page = watched.page
    page.goto(server.url + "?page=sites&data=example&site=9")
    wait_for_figure(page, "profile", 1)
    wait_until_idle(page)
    page.locator(".bk-tab", has_text="Quality notes").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".bk-tab.bk-active")).to_have_text("Quality notes")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".bk-tab.bk-active")).to_have_text("Neighbours")
    expect(page.get_by_text("Distance", exact=False).first).to_be_visible()
    expect(page.locator(".bk-tab.bk-active")).to_be_focused()
