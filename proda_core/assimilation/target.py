"""The target of a sampler: the cost J of eight points of the unit cube at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock

from numba import njit, types

from proda_core.soil_model.compiled import COMPILED

FLOATS = types.float64[::1]
FLOATS_2D = types.float64[:, ::1]
FLOATS_3D = types.float64[:, :, ::1]
INTEGERS = types.int64[::1]
WORDS = types.uint64[::1]

#: ``target(unit, work, index, cost)``: reads ``unit`` (parameter * LANES), may use ``work`` and
#: ``index`` freely, writes ``cost`` (LANES,). The target density is exp(-cost) on the unit cube.
#: A sampler takes it as a pointer, so that it is compiled once for all targets.
TARGET = types.FunctionType(types.void(FLOATS, FLOATS, INTEGERS, FLOATS))

#: ``gradient(unit, work, index, cost, slope)``: as a target, and writes dJ / d unit to ``slope``
#: (parameter * LANES).
GRADIENT_TARGET = types.FunctionType(types.void(FLOATS, FLOATS, INTEGERS, FLOATS, FLOATS))

_compiling = Lock()


def compiled_for(signature: types.Type) -> Callable[[Callable], Callable]:
    """Compile for this signature at the first call, because compiling takes seconds."""

    def decorate(function: Callable) -> Callable:
        compiled = []

        @wraps(function)
        def call(*arguments):
            if not compiled:
                with _compiling:
                    if not compiled:
                        compiled.append(njit(signature, **COMPILED)(function))
            return compiled[0](*arguments)

        return call

    return decorate
