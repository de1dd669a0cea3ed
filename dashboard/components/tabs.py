"""Tabs that follow a choice of the visit, and change it."""

from __future__ import annotations

from collections.abc import Mapping

import panel as pn

from dashboard.state.visit import Visit


def tabs(
    visit: Visit, choice: str, titles: Mapping[str, str], views: list[object], **options: object
) -> pn.Tabs:
    """One tab for each value of a choice, in this order."""
    names = list(titles)
    made = pn.Tabs(
        *zip(titles.values(), views),
        active=names.index(getattr(visit, choice)),
        sizing_mode="stretch_width",
        **options,
    )
    made.param.watch(lambda event: visit.param.update(**{choice: names[event.new]}), "active")
    visit.param.watch(lambda event: made.param.update(active=names.index(event.new)), choice)
    return made
