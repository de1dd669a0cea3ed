"""Tabs bound to a choice of the session."""

from __future__ import annotations

from collections.abc import Mapping

import panel as pn

from dashboard.state.session_state import SessionState


def tabs(
    session: SessionState, choice: str, titles: Mapping[str, str], views: list[object], **options: object
) -> pn.Tabs:
    """Return one tab for each value of a choice, in the order of ``titles``."""
    names = list(titles)
    made = pn.Tabs(
        *zip(titles.values(), views),
        active=names.index(getattr(session, choice)),
        sizing_mode="stretch_width",
        **options,
    )
    made.param.watch(lambda event: session.param.update(**{choice: names[event.new]}), "active")
    session.param.watch(lambda event: made.param.update(active=names.index(event.new)), choice)
    return made
