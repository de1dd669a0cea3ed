"""A patch is applied to the code it was written for, and to no other: the start stops with a sentence."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from dashboard import upstream
from dashboard.__main__ import main
from dashboard.upstream import (
    UpstreamChangedError,
    browser_history,
    css_lookups,
    patching,
    react_state,
    tab_keyboard,
)

PATCHES = (*upstream.SERVER_PATCHES, *upstream.SCRIPT_PATCHES)


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.__name__.rpartition(".")[2])
def test_every_patch_finds_the_code_it_was_written_for(patch) -> None:
    patch.check()


def test_applied_again_nothing_changes() -> None:
    upstream.apply_all()
    from panel.io import document

    before = document.write_events
    upstream.apply_all()
    assert document.write_events is before


def _function() -> int:
    return 1


def test_another_source_is_refused_and_named() -> None:
    source = "def _function() -> int:\n    return 1\n"
    patching.expect_source("panel", _function, patching.fingerprint_of(source))
    with pytest.raises(UpstreamChangedError, match=r"panel \d+.* has other code .*_function"):
        patching.expect_source("panel", _function, patching.fingerprint_of(source.replace("1", "2")))


def test_the_source_before_a_patch_is_the_one_compared() -> None:
    owner = SimpleNamespace(function=_function)
    source = "def _function() -> int:\n    return 1\n"

    def changed(original):
        from functools import wraps

        return wraps(original)(lambda: 2)

    patching.replace_once(owner, "function", changed)
    patching.replace_once(owner, "function", changed)
    assert owner.function() == 2
    patching.expect_source("panel", owner.function, patching.fingerprint_of(source))


@pytest.mark.parametrize("patch", [react_state, css_lookups, browser_history, tab_keyboard])
def test_a_script_of_a_library_with_one_other_letter_is_refused(
    patch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def expect_texts(library: str, path: Path, texts: list[str]) -> None:
        for number, text in enumerate(texts):
            changed = tmp_path / f"{number}.js"
            changed.write_text(path.read_text(encoding="utf-8").replace(text, text.replace("a", "A", 1)))
            with pytest.raises(UpstreamChangedError, match=f"{library} .* has other code"):
                patching.expect_texts(library, changed, texts)

    monkeypatch.setattr(patch, "expect_texts", expect_texts)
    patch.check()


def test_the_script_for_components_says_what_it_did_not_find() -> None:
    script = react_state.page_script()
    assert "REPLACEMENTS" not in script and "throw new Error" in script


def test_the_server_does_not_start_and_says_why_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def changed() -> None:
        raise UpstreamChangedError("panel 9.9 has other code than the dashboard was made for (a function)")

    monkeypatch.setattr(upstream.early_updates, "check", changed)
    assert main(["--port", "50998", "--address", "127.0.0.1", "--data", "teaching"]) == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence == "panel 9.9 has other code than the dashboard was made for (a function)."
