"""Tables as they leave: CSV with units in the headings, and rows of text for the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from proda_core.comparison.labels import label
from proda_core.records.atomic_write import atomic_write

_HEADINGS = {
    "r2": "R²",
    "nse": "efficiency",
    "rmse": "RMSE",
    "mae": "MAE",
    "log_r": "r of logs",
    "published_r2": "R² published",
    "published_rmse": "RMSE published",
    "nse_sd": "sd of efficiency",
    "nse_lost": "efficiency lost",
}
_NAMES = ("method", "product")
_RAISED = str.maketrans("123", "¹²³")


def write_csv(frames: pd.DataFrame | Sequence[pd.DataFrame], path: Path) -> None:
    """One or several tables as one file; a heading holds the unit in brackets, several an extra column."""
    if isinstance(frames, pd.DataFrame):
        table = with_units_in_headings(frames)
    else:
        named = [
            with_units_in_headings(frame).assign(pair=f"{frame.attrs['one']} minus {frame.attrs['two']}")
            for frame in frames
        ]
        table = pd.concat(named, ignore_index=True)
    with atomic_write(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6g")


def with_units_in_headings(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with its units in the names of the columns.

    >>> frame = pd.DataFrame({"rmse": [1.0]}); frame.attrs["units"] = {"rmse": "kgC m-3"}
    >>> list(with_units_in_headings(frame))
    ['rmse [kgC m-3]']
    """
    units = frame.attrs.get("units", {})
    return frame.rename(columns={c: f"{c} [{units[c]}]" for c in frame if units.get(c, "1") != "1"})


def page_table(frame: pd.DataFrame) -> dict:
    """Headings and rows of text of a table on the page; numbers are marked to stand on the right."""
    units = frame.attrs.get("units", {})
    headings = [_heading(name, units.get(name, "1")) for name in frame]
    rows = [[_cell(name, value) for name, value in row.items()] for row in frame.to_dict("records")]
    return {"headings": headings, "rows": rows, "numeric": [_is_number(frame[name]) for name in frame]}


def _heading(name: str, unit: str) -> str:
    text = _HEADINGS.get(name, str(name).replace("_", " "))
    return text if unit == "1" else f"{text} ({unit.replace('-', '⁻').translate(_RAISED)})"


def _cell(name: str, value: object) -> str:
    if name in _NAMES:
        return label(str(value))
    if isinstance(value, float):
        return number(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column)


def number(value: float, digits: int = 3) -> str:
    """Return a number of a table, without an exponent; a dash where there is none.

    >>> number(1234.5), number(0.618), number(float("nan")), number(-12.3)
    ('1,234', '0.618', '–', '−12.3')
    """
    if value != value:
        return "–"
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    text = f"{value:,.{max(digits - whole, 0)}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")
