"""The result of the check or the import of a file, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from dashboard.plots.catalogue_tables import bad_rows_table


def import_report(result: Mapping) -> str:
    """Return a sentence, and the table of bad rows if there are any.

    result : rows, bad, bad_rows (row, column, found, reason), left_out, profiles, notes, ok; farthest [km],
        number farther than ``limit`` [km] from the cell that provides the forcing (far); kept: the name
        after an import
    """
    if "kept" in result:
        return _saved(result)
    if not result["ok"]:
        return _bad(result)
    words = f"All {result['rows']:,} rows are good: {result['profiles']:,} profile{_s(result['profiles'])}."
    return f"<p class='good'><b>{words}</b> They can be saved.</p>{_far(result)}{_notes(result['notes'])}"


def _far(result: Mapping) -> str:
    if not result.get("far"):
        return ""
    count = f"{result['far']:,} profile{_s(result['far'])}"
    away = f"more than {result['limit']:,.0f} km from the cell that would provide the forcing"
    farthest = f"the farthest {result['farthest']:,.0f} km"
    check = "Check the columns of latitude and longitude, and the data set that provides the forcing."
    return f"<p class='poor'>{count} of them {away}, {farthest}. {check}</p>"


def _bad(result: Mapping) -> str:
    count = f"<b>{result['bad']:,} of {result['rows']:,} rows are bad</b>"
    table = f"<div class='scroll'>{bad_rows_table(result['bad_rows'])}</div>"
    more = f" … and {result['left_out']:,} more." if result["left_out"] else ""
    below = f"<p class='quiet'>The header is row 1.{more}</p>"
    return f"<p class='poor'>{count}; nothing is saved until all are good.</p>{table}{below}"


def _saved(result: Mapping) -> str:
    count = f"{result['profiles']:,} profile{_s(result['profiles'])}"
    words = f"Saved as the data set <code>{escape(str(result['kept']))}</code>: {count}."
    far = (
        f"The farthest is {result['farthest']:,.0f} km from the centre of the cell that provides its forcing."
    )
    return f"<p class='good'><b>{words}</b></p><p>{far}</p>{_notes(result['notes'])}"


def _notes(notes: Mapping[str, int]) -> str:
    lines = "".join(f"<li>{escape(reason)}: {count:,}</li>" for reason, count in notes.items())
    return f"<p>Quality notes:</p><ul>{lines}</ul>" if lines else ""


def _s(count: int) -> str:
    return "" if count == 1 else "s"
