"""Write a reference to a model into a message when it is needed, not for all models of the page.

For every message to a browser Bokeh prepares a reference to each model that the browser has, a thousand of
them, of which a message needs a few: with a class in front of the server that was a third of all its work.
"""

from __future__ import annotations

from importlib import import_module

from bokeh.core.serialization import Ref, Serializer
from bokeh.model import Model

from dashboard.upstream.patching import expect_source

MESSAGES = import_module("bokeh.protocol.messages.patch_doc")  # its package exports the class of this name
_CREATE, _INIT, _HAS_REF, _GET_REF = (
    "935344e7cc170e99",
    "d676c85b3021e564",
    "6b31df528992f912",
    "82afd21da3fb869e",
)


class LazySerializer(Serializer):
    """Bokeh's serializer, except that references to known models are written when they are needed."""

    def __init__(self, *, references: set[Model]) -> None:
        super().__init__()
        self._known = references

    def has_ref(self, obj: object) -> bool:
        """Return whether the browser has the model, or will have it with this message."""
        return super().has_ref(obj) or self._is_known(obj)

    def get_ref(self, obj: object) -> Ref | None:
        """Return the reference to such a model; None for anything else."""
        ref = super().get_ref(obj)
        return obj.ref if ref is None and self._is_known(obj) else ref

    def _is_known(self, obj: object) -> bool:
        return isinstance(obj, Model) and obj in self._known


def check() -> None:
    """Raise UpstreamChangedError unless Bokeh writes messages and references as in 3.9.2."""
    expect_source("bokeh", MESSAGES.patch_doc.create, _CREATE)
    expect_source("bokeh", Serializer.__init__, _INIT)
    expect_source("bokeh", Serializer.has_ref, _HAS_REF)
    expect_source("bokeh", Serializer.get_ref, _GET_REF)


def apply() -> None:
    """Serialize messages with :class:`LazySerializer`."""
    MESSAGES.Serializer = LazySerializer
