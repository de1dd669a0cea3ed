"""Lets a change of a page cost what the change costs, however many figures and widgets the page has.

For every message to a browser Bokeh writes down a reference to each model of the document, a thousand of
them, of which a message needs a few: with a class in front of the server that was a third of all its work.
"""

from __future__ import annotations

from importlib import import_module

from bokeh.core.serialization import Ref, Serializer
from bokeh.model import Model

MESSAGES = import_module("bokeh.protocol.messages.patch_doc")  # its package shows the class of this name


class LazySerializer(Serializer):
    """The same, except that a reference to a model that the browser has is written when it is needed."""

    def __init__(self, *, references: set[Model]) -> None:
        super().__init__()
        self._known = references

    def has_ref(self, obj: object) -> bool:
        """Whether the browser has the model, or will have it with this message."""
        return super().has_ref(obj) or self._is_known(obj)

    def get_ref(self, obj: object) -> Ref | None:
        """The reference to such a model; None for anything else."""
        ref = super().get_ref(obj)
        return obj.ref if ref is None and self._is_known(obj) else ref

    def _is_known(self, obj: object) -> bool:
        return isinstance(obj, Model) and obj in self._known


def make_patches_light() -> None:
    """To be called once; a second call changes nothing."""
    MESSAGES.Serializer = LazySerializer
