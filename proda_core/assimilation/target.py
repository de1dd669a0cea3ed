"""What a sampler asks of its target: the cost J of eight points of the unit cube at once."""

from __future__ import annotations

from numba import types

FLOATS = types.float64[::1]
FLOATS_2D = types.float64[:, ::1]
FLOATS_3D = types.float64[:, :, ::1]
INTEGERS = types.int64[::1]
WORDS = types.uint64[::1]

#: ``target(unit, work, index, cost)``: reads ``unit`` (parameter * LANES), may use ``work`` and
#: ``index`` as it likes, writes ``cost`` (LANES,). The target density is exp(-cost) on the unit cube.
SIGNATURE = types.void(FLOATS, FLOATS, INTEGERS, FLOATS)
TARGET = types.FunctionType(SIGNATURE)
