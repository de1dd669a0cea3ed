"""Figures are painted without CSS lookups, which is right as long as no style sheet sets such a variable."""

from __future__ import annotations

import re
from pathlib import Path


def test_no_style_sheet_sets_a_variable_that_a_figure_would_ask_for(repository: Path) -> None:
    sheets = [path for kind in ("*.css", "*.html") for path in (repository / "dashboard").rglob(kind)]
    assert sheets
    assert not [sheet for sheet in sheets if re.search(r"--[\w-]+\s*:", sheet.read_text(encoding="utf-8"))]
