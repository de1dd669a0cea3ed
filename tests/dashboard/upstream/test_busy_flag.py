"""A page is not linked to the busy flag; panel-material-ui 0.16.6 by itself keeps a watcher per page."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.upstream import busy_flag


def _watchers() -> int:
    return len(pn.state.param.watchers.get("busy", {}).get("value", ()))


def test_a_page_leaves_no_watcher_of_the_flag() -> None:
    busy_flag.apply()
    before = _watchers()
    pages = [pmui.Page(title="a page", busy_indicator=None) for _ in range(3)]
    assert _watchers() == before and not any(page.busy for page in pages)
    assert [page.title for page in pages] == ["a page"] * 3
