"""Names and prose are the field's standard terms: words that were retired do not come back."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for top in ("proda_core", "dashboard") for path in (ROOT / top).rglob("*.py"))

# Retired identifier: the word to use instead. It is searched as a whole identifier and as a part of one
# between underscores; with a capital only as a whole.
IDENTIFIERS = {
    "Hand": "SiteModel",
    "hand": "model",
    "take_up": "load_site",
    "Taken": "LoadedSite",
    "Shelf": "ShortLinks",
    "shelf": "short_links",
    "unfold": "expand",
    "Kept": "Cache",
    "kept_jobs": "job_store",
    "kept_chains": "assimilation_store",
    "errands": "io_workers",
    "OpenData": "StudyNavigator",
    "Openings": "StudyLoader",
    "openings": "study_loader",
    "Listed": "CatalogueItem",
    "gallery": "overview",
    "Teller": "ChainStreamer",
    "Standing": "RunProgress",
    "standing": "progress",
    "Watches": "RunProgressReaders",
    "FoundAtSite": "SiteEstimate",
    "SiteShow": "ChainPlayer",
    "MapDesk": "MapWorkspace",
    "desk": "workspace",
    "Sheet": "MapSpec",
    "changed_site": "what_if",
    "changed_view": "what_if",
    "changed_card": "what_if",
    "arriving": "loading_page",
    "locked": "on_next_tick",
    "Ticker": "Poller",
    "Watch": "RunProgressReader",
    "Picture": "OverviewData",
    "Setting": "ModelInputs",
    "Desk": "MapWorkspace",
    "ground": "base_map or background",
    "Ground": "BaseMap",
    "tell": "report",
    "told": "report",
    "hear": "on_<event>",
    "halt": "stop",
    "errand": "task",
    "seat": "lane",
    "as_said": "escape_markdown",
    "told_apart": "unique_labels",
    "readings": "hover_format",
    "wording": "labels",
    "listening": "covariate_importance",
    "ways": "modes",
    "Visit": "SessionState",
    "visit": "session",
    "lenders": "nearest_complete_cells",
    "careful_chunk": "assimilate_chunk_isolated",
    "go_on": "extend_until_converged or resume",
    "replacing": "atomic_write",
    "by_hand": "unverified_files",
    "rooms": "inputs",
    "room": "tolerance, padding or margin",
    "in_order": "ordered_updates",
    "early_changes": "early_updates",
    "typed_text": "text_input",
    "light_patches": "react_state or css_lookups",
    "_filling": "_updating",
    "_following": "_updating",
    "_quiet": "_updating",
    "_taking": "_updating",
    "_offering": "_updating",
    "foretell": "predict",
    "unborn": "incomplete",
}
# Retired phrase of docstrings and comments: what to write instead.
PHRASES = {
    r"somebody|nobody": "the actor, or the passive voice",
    r"lets? \w+ (?:go|be|stay|cross)\b|lets? go\b": "releases, removes, keeps",
    r"takes? along|took along": "removes",
    r"told\b|tells?\b": "reports, describes, is called with",
    r"hears?\b|heard\b": "receives",
    r"lies? on\b": "is at, is on",
    r"stands? (?:beside|still|for|by|in)\b": "is beside, means",
    r"goes? (?:on|along)\b": "continues",
    r"hands? (?:over|out|down|in)\b|handed\b": "passes, returns",
    r"gives? away\b": "shows",
    r"knows? (?:nothing|no)\b": "does not depend on",
    r"cares? for\b": "depends on",
    r"at the door|the house\b|the roof\b|the floors?\b|floor \d|shelf|shelves|errands?\b": "the thing itself",
    r"culprit": "the failing one",
    r"steps? behind": "lowers its priority",
    r"taken? in hand|in the hand|at hand": "loaded, available",
    r"made up\b|makes? up\b|making up": "generated",
    r"for ever\b": "permanently",
    r"walks? on\b": "continues",
    r"in passing|by the way": "the reason itself",
    r"is no longer looked for|looks? for garbage": "garbage collection",
    r"foretell": "predict",
}


def _identifiers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case (
                ast.arg(arg=name)
                | ast.Name(id=name, ctx=ast.Store())
                | ast.Attribute(attr=name, ctx=ast.Store())
            ):
                yield node.lineno, name


def _prose(source: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if text := ast.get_docstring(node):
                yield (node.body[0].lineno if node.body else 1), " ".join(text.split())
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _is_retired(name: str, word: str) -> bool:
    if word[0].isupper() or word.startswith("_"):
        return name == word
    return bool(re.search(rf"(?:^|_){word}(?:_|$)", name))


def violations(path: Path) -> list[str]:
    """Return ``file:line: found, use`` for every retired word of a module."""
    source = path.read_text(encoding="utf-8")
    tree, where = ast.parse(source), path.relative_to(ROOT)
    names = [(1, path.stem), *_identifiers(tree)]
    found = [
        f"{where}:{line}: {name} (use {better})"
        for line, name in names
        for word, better in IDENTIFIERS.items()
        if _is_retired(name, word)
    ]
    return found + [
        f"{where}:{line}: {match[0]!r} (use {better})"
        for line, text in _prose(source, tree)
        for phrase, better in PHRASES.items()
        if (match := re.search(rf"\b(?:{phrase})", text, re.IGNORECASE))
    ]


@pytest.mark.parametrize("package", ["proda_core", "dashboard"])
def test_retired_words_do_not_come_back(package: str) -> None:
    found = [line for path in SOURCES if path.is_relative_to(ROOT / package) for line in violations(path)]
    assert found == []


def test_a_retired_word_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    path = tmp_path / "example.py"
    path.write_text('"""Lets go of it."""\n\n\ndef load(rooms):  # made up\n    visit = rooms\n')
    assert [line.split(": ")[1].split(" (")[0] for line in violations(path)] == [
        "rooms",
        "visit",
        "'Lets go'",
        "'made up'",
    ]
