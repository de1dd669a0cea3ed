"""Vector operations of the samplers: comparison and selection per lane, random bits, a few functions.

Adds to :mod:`proda_core.soil_model.vector` (eight float64 side by side) the comparison of vectors,
which gives a ``Mask``; ``select`` by a mask; and ``Words``, eight uint64. As there, every operation
acts on each lane alone, so what a lane computes depends neither on its position nor on its neighbours.
"""

from __future__ import annotations

import operator

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

from proda_core.soil_model.vector import LANES, VECTOR, exp, load, spread, store

__all__ = [
    "LANES",
    "VECTOR",
    "absolute",
    "as_floats",
    "as_words",
    "bits",
    "exp",
    "floor",
    "load",
    "load_words",
    "select",
    "spread",
    "square_root",
    "store",
    "store_words",
]

_YES_OR_NO = ir.VectorType(ir.IntType(1), LANES)
_INTEGERS = ir.VectorType(ir.IntType(64), LANES)
_DOUBLES = ir.VectorType(ir.DoubleType(), LANES)


class _WordsType(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"Words{LANES}")


class _MaskType(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"Mask{LANES}")


WORDS, MASK = _WordsType(), _MaskType()


@register_model(_WordsType)
class _WordsModel(models.PrimitiveModel):
    def __init__(self, manager, front_end_type) -> None:
        super().__init__(manager, front_end_type, _INTEGERS)


@register_model(_MaskType)
class _MaskModel(models.PrimitiveModel):
    def __init__(self, manager, front_end_type) -> None:
        super().__init__(manager, front_end_type, _YES_OR_NO)


def _define(python_operator, result, *operands, build) -> None:
    """Define ``python_operator`` on ``operands`` as the code that ``build(builder, *values)`` emits."""

    class Template(ConcreteTemplate):
        cases = [signature(result, *operands)]

    infer_global(python_operator)(Template)
    lower_builtin(python_operator, *operands)(lambda context, builder, sig, args: build(builder, *args))


for _operator, _sign in ((operator.lt, "<"), (operator.le, "<="), (operator.gt, ">"), (operator.ge, ">=")):
    # Ordered comparison: false wherever a NaN takes part.
    _define(_operator, MASK, VECTOR, VECTOR, build=lambda b, x, y, s=_sign: b.fcmp_ordered(s, x, y))
for _operator, _name in ((operator.and_, "and_"), (operator.or_, "or_")):
    _define(_operator, MASK, MASK, MASK, build=lambda b, x, y, n=_name: getattr(b, n)(x, y))
for _operator, _name in (
    *((operator.and_, "and_"), (operator.or_, "or_"), (operator.xor, "xor")),
    *((operator.add, "add"), (operator.sub, "sub"), (operator.lshift, "shl"), (operator.rshift, "lshr")),
):
    _define(_operator, WORDS, WORDS, WORDS, build=lambda b, x, y, n=_name: getattr(b, n)(x, y))


@intrinsic
def select(typing_context, condition, yes, no):
    """Return ``yes`` in the lanes where the mask ``condition`` holds, ``no`` elsewhere."""
    return yes(MASK, yes, yes), lambda context, builder, sig, args: builder.select(*args)


@intrinsic
def bits(typing_context, word):
    """Return the same uint64 in all lanes."""

    def build(context, builder, sig, args):
        value = ir.Constant(_INTEGERS, ir.Undefined)
        for lane in range(LANES):
            value = builder.insert_element(value, args[0], ir.Constant(ir.IntType(32), lane))
        return value

    return WORDS(types.uint64), build


@intrinsic
def as_words(typing_context, vector):
    """Return the bits of eight floats."""
    return WORDS(VECTOR), lambda context, builder, sig, args: builder.bitcast(args[0], _INTEGERS)


@intrinsic
def as_floats(typing_context, word):
    """Return the floats whose bits are given."""
    return VECTOR(WORDS), lambda context, builder, sig, args: builder.bitcast(args[0], _DOUBLES)


def _row(context, builder, array_type, array, row):
    data = context.make_array(array_type)(context, builder, array).data
    first = builder.mul(row, ir.Constant(ir.IntType(64), LANES))
    return builder.bitcast(builder.gep(data, [first]), _INTEGERS.as_pointer())


@intrinsic
def load_words(typing_context, array, row):
    """Return row ``row`` of an array of uint64."""

    def build(context, builder, sig, args):
        return builder.load(_row(context, builder, sig.args[0], *args), align=8)

    return WORDS(array, types.int64), build


@intrinsic
def store_words(typing_context, array, row, word):
    """Write to row ``row`` of an array of uint64."""

    def build(context, builder, sig, args):
        builder.store(args[2], _row(context, builder, sig.args[0], *args[:2]), align=8)
        return context.get_dummy_value()

    return types.void(array, types.int64, WORDS), build


def _unary(name: str):
    @intrinsic
    def operation(typing_context, vector):
        def build(context, builder, sig, args):
            kind = ir.FunctionType(_DOUBLES, [_DOUBLES])
            function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{LANES}f64")
            return builder.call(function, args)

        return VECTOR(VECTOR), build

    return operation


square_root = _unary("sqrt")
floor = _unary("floor")
absolute = _unary("fabs")
