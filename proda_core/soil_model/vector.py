"""A vector type of eight numbers for compiled code, with ordinary operators.

``load(work, r)`` reads row ``r`` of a work buffer (see :mod:`proda_core.soil_model.lanes`) as a
vector, ``store(work, r, v)`` writes it; in between ``+ - * /``, negation, ``fused``, ``least``,
``most``, ``exp`` and plain numbers mix freely. Every operation acts on each of the eight lanes alone
and in IEEE arithmetic, so a lane's result never depends on its neighbours, nor on the processor. On
it these are vector instructions of whatever width it has; one without fused multiplication and
addition (x86 before 2013) computes them in software, slowly.
"""

from __future__ import annotations

import operator

from llvmlite import ir
from numba import njit, types
from numba.core.cgutils import get_or_insert_function
from numba.core.datamodel import models
from numba.extending import intrinsic, lower_cast, overload, register_model

from proda_core.soil_model.compiled import COMPILED

LANES = 8
_DOUBLES = ir.VectorType(ir.DoubleType(), LANES)
_INTEGERS = ir.VectorType(ir.IntType(64), LANES)


class VectorType(types.Type):
    """Numba's name for eight doubles."""

    def __init__(self) -> None:
        super().__init__(name=f"Vector{LANES}")


VECTOR = VectorType()


@register_model(VectorType)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager, front_end_type) -> None:
        super().__init__(manager, front_end_type, _DOUBLES)


def _spread(builder, value):
    """Repeat one double in all lanes."""
    vector = ir.Constant(_DOUBLES, ir.Undefined)
    for lane in range(LANES):
        vector = builder.insert_element(vector, value, ir.Constant(ir.IntType(32), lane))
    return vector


@lower_cast(types.Float, VECTOR)
@lower_cast(types.Integer, VECTOR)
def _cast_to_vector(context, builder, from_type, to_type, value):
    return _spread(builder, context.cast(builder, value, from_type, types.float64))


@intrinsic
def spread(typing_context, number):
    """Make a vector of one number in all lanes."""

    def codegen(context, builder, signature, args):
        return _spread(builder, args[0])

    return VECTOR(types.float64), codegen


def _row_pointer(context, builder, array_type, array, row):
    data = context.make_array(array_type)(context, builder, array).data
    start = builder.mul(row, ir.Constant(ir.IntType(64), LANES))
    return builder.bitcast(builder.gep(data, [start]), _DOUBLES.as_pointer())


@intrinsic
def load(typing_context, work, row):
    """Return row ``row`` of the work buffer as a vector."""

    def codegen(context, builder, signature, args):
        pointer = _row_pointer(context, builder, signature.args[0], *args)
        return builder.load(pointer, align=8)

    return VECTOR(work, types.int64), codegen


@intrinsic
def store(typing_context, work, row, vector):
    """Put a vector into row ``row`` of the work buffer."""

    def codegen(context, builder, signature, args):
        pointer = _row_pointer(context, builder, signature.args[0], *args[:2])
        builder.store(args[2], pointer, align=8)
        return context.get_dummy_value()

    return types.void(work, types.int64, VECTOR), codegen


def _arithmetic(python_operator, instruction: str) -> None:
    """Define one of the four operations of vectors, with vectors and with plain numbers."""

    @intrinsic
    def apply(typing_context, a, b):
        def codegen(context, builder, signature, args):
            a, b = (
                value
                if kind == VECTOR
                else _spread(builder, context.cast(builder, value, kind, types.float64))
                for value, kind in zip(args, signature.args, strict=True)
            )
            return getattr(builder, instruction)(a, b)

        return VECTOR(a, b), codegen

    @overload(python_operator)
    def generic(a, b):
        if VECTOR in (a, b) and all(isinstance(t, VectorType | types.Number) for t in (a, b)):
            return lambda a, b: apply(a, b)
        return None


for _operator, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _arithmetic(_operator, _instruction)


@overload(operator.neg)
def _negative(a):
    if isinstance(a, VectorType):
        return lambda a: 0.0 - a
    return None


def _choice(comparison: str):
    """Choose lane by lane b where ``b comparison a`` holds, else a; so a NaN in a comes through."""

    @intrinsic
    def choose(typing_context, a, b):
        def codegen(context, builder, signature, args):
            a, b = args
            return builder.select(builder.fcmp_ordered(comparison, b, a), b, a)

        return VECTOR(VECTOR, VECTOR), codegen

    return choose


least = _choice("<")
most = _choice(">")


@intrinsic
def where_less(typing_context, a, b, then, otherwise):
    """Return lane by lane ``then`` where a < b, else ``otherwise`` (NaN compares false)."""

    def codegen(context, builder, signature, args):
        return builder.select(builder.fcmp_ordered("<", args[0], args[1]), args[2], args[3])

    return VECTOR(VECTOR, VECTOR, VECTOR, VECTOR), codegen


@intrinsic
def fused(typing_context, a, b, c):
    """Return a * b + c, rounded once (IEEE 754 fusedMultiplyAdd)."""

    def codegen(context, builder, signature, args):
        kind = ir.FunctionType(_DOUBLES, [_DOUBLES] * 3)
        return builder.call(get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f64"), args)

    return VECTOR(VECTOR, VECTOR, VECTOR), codegen


@intrinsic
def _times_power_of_two(typing_context, mantissa, shifted):
    """Multiply by 2**n, where n sits in the low bits of ``shifted``."""

    def codegen(context, builder, signature, args):
        bits, n = (builder.bitcast(value, _INTEGERS) for value in args)
        exponent = builder.shl(n, ir.Constant(_INTEGERS, [52] * LANES))
        return builder.bitcast(builder.add(bits, exponent), _DOUBLES)

    return VECTOR(VECTOR, VECTOR), codegen


_LOG2_E = 1.4426950408889634
_LN2_HIGH = 6.93147180369123816490e-01  # Cody-Waite split of ln 2
_LN2_LOW = 1.90821492927058770002e-10
_ROUND = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to an integer in the low bits
EXP_RANGE = 660.0  # exp is clamped to exp(+-660), whose inverse times a slow rate is still finite


@njit(**COMPILED)
def exp(x):
    """Return e**x to two units in the last place, by range reduction and a Taylor polynomial."""
    x = least(most(x, spread(-EXP_RANGE)), spread(EXP_RANGE))
    shifted = fused(x, spread(_LOG2_E), spread(_ROUND))
    n = shifted - _ROUND
    r = fused(n, spread(-_LN2_LOW), fused(n, spread(-_LN2_HIGH), x))
    p = fused(r, spread(2.08767569878681e-09), spread(2.505210838544172e-08))  # 1/12!, 1/11!
    p = fused(p, r, spread(2.755731922398589e-07))
    p = fused(p, r, spread(2.7557319223985893e-06))
    p = fused(p, r, spread(2.48015873015873e-05))
    p = fused(p, r, spread(1.984126984126984e-04))
    p = fused(p, r, spread(1.388888888888889e-03))
    p = fused(p, r, spread(8.333333333333333e-03))
    p = fused(p, r, spread(4.1666666666666664e-02))
    p = fused(p, r, spread(1.6666666666666666e-01))
    p = fused(p, r, spread(0.5))
    p = fused(p, r, spread(1.0))
    p = fused(p, r, spread(1.0))
    return _times_power_of_two(p, shifted)
