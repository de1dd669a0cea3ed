"""A value as hovering reads it, with its unit, or a dash where there is none.

Bokeh itself writes NaN before any formatter sees it; so what is formatted is the number of the row.
"""

from __future__ import annotations

from bokeh.models import ColumnDataSource, CustomJSHover

_READ = """
const [name, ...unit] = format.split(" ")
const found = source.get_column(name)[value]
if (!Number.isFinite(found)) return "\u2013"
const digits = {maximumSignificantDigits: 4}
return [found.toLocaleString("en", digits).replace("-", "\u2212"), ...unit].join(" ")
"""


def reading(column: str, unit: str) -> str:
    """The value of a column in the row under the pointer, for a tooltip.

    >>> reading("p0", "kgC m⁻²"), reading("p1", "")
    ('$index{p0 kgC m⁻²}', '$index{p1}')
    """
    return f"$index{{{f'{column} {unit}'.strip()}}}"


def formatters(source: ColumnDataSource) -> dict[str, CustomJSHover]:
    """What a hover tool needs to show :func:`reading` of the columns of a source."""
    return {"$index": CustomJSHover(args={"source": source}, code=_READ)}
