"""Data sets and runs as rows of a list, and their facts as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING

from dashboard.plots.tables import html_table

if TYPE_CHECKING:
    from dashboard.jobs.data.data_catalogue import CatalogueItem
    from dashboard.jobs.runs import RunSummary

MEGABYTE = 1e6
_KINDS = {
    "study": "study",
    "profiles": "soil profiles",
    "product": "carbon maps",
    "fields": "gridded fields",
    "parameters": "model parameters",
    "borders": "borders",
}


def size_text(size: float) -> str:
    """Return a number of bytes in words.

    >>> size_text(38_900_000), size_text(2_500), size_text(0)
    ('38.9 MB', '2.5 kB', '')
    """
    if size <= 0:
        return ""
    return f"{size / MEGABYTE:,.1f} MB" if size >= 0.1 * MEGABYTE else f"{size / 1000:.1f} kB"


def data_item(known: CatalogueItem) -> dict:
    """Return one row of the list of data sets."""
    words = (
        _KINDS.get(known.kind, known.kind),
        badge_text(known.synthetic),
        size_text(known.size),
        known.state,
    )
    icon = "check_circle" if known.here else "cloud_download" if known.fetchable else "folder_open"
    return {"label": known.title, "secondary": " · ".join(filter(None, words)), "icon": icon}


def run_item(choice: RunSummary, under_way: bool = False) -> dict:
    """Return one row of the list of runs."""
    if choice.problem:
        return {"label": choice.title, "secondary": choice.problem, "icon": "error"}
    icon = "autorenew" if under_way else "check_circle" if choice.complete else "pause_circle"
    words = (day(choice.started), "running" if under_way else f"{choice.stages} stages")
    label = f"{choice.study} · {choice.schedule} · seed {choice.seed}"
    return {"label": label, "secondary": " · ".join(words), "icon": icon}


def day(started: str) -> str:
    """Return date and time without seconds.

    >>> day("2026-11-22T11:10:35")
    '2026-11-22 11:10'
    """
    return started.replace("T", " ")[:16]


def badge_text(synthetic: bool) -> str:
    """Return the word for the origin of data."""
    return "synthetic" if synthetic else "measured"


def badge(synthetic: bool) -> str:
    """Return that word in its colour, as HTML."""
    word = badge_text(synthetic)
    return f"<span class='badge {word}'>{word}</span>"


def data_facts(known: CatalogueItem) -> str:
    """Return the facts of a data set."""
    home = escape(known.homepage, quote=True)
    link = f"<a href='{home}' target='_blank' rel='noopener'>{home}</a>" if home.startswith("http") else ""
    verified = "" if known.verified else "not verified: the catalogue knows the names of the files only"
    facts = {
        "Kind": escape(_KINDS.get(known.kind, known.kind)),
        "Status": escape(known.state),
        "Size": size_text(known.size),
        "Files": verified,
        "Licence": f"<b>{escape(known.licence)}</b> {escape(known.licence_note)}",
        "Cite": escape(known.citation),
        "Read more": link,
        "Place": f"<code>{escape(known.directory)}</code>" if known.directory else "",
    }
    title = f"<h3>{escape(known.title)} {badge(known.synthetic)}</h3>"
    return f"{title}<p>{escape(known.what)}</p>{facts_list(facts)}"


def run_facts(
    choice: RunSummary, settings: Mapping, finished: Iterable[str], all_stages: Iterable[str]
) -> str:
    """Return the choices of a run, its finished stages, versions and input; of a broken one, the reason."""
    if choice.problem:
        return f"<h3>{escape(choice.title)}</h3><p>{escape(choice.problem)}</p>"
    done = set(finished)
    stages = " ".join(_stage(name, name in done) for name in all_stages)
    facts = {
        "Run": f"<code>{escape(choice.id)}</code>",
        "Data set": escape(choice.study),
        "Started": day(escape(choice.started)),
        "Schedule": escape(choice.schedule),
        "Seed": str(choice.seed),
        "Prior": escape(str(settings.get("choices", {}).get("prior", ""))),
        "Stages": stages,
    }
    return f"<h3>{escape(choice.study)}, seed {choice.seed}</h3>{facts_list(facts)}{_provenance(settings)}"


def facts_list(facts: Mapping[str, str]) -> str:
    """Return names and values, without empty ones. Values are HTML already.

    >>> facts_list({"a": "1", "b": ""})
    "<dl class='facts'><dt>a</dt><dd>1</dd></dl>"
    """
    rows = (f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in facts.items() if value.strip())
    return f"<dl class='facts'>{''.join(rows)}</dl>"


def bad_rows_table(rows: Iterable[Mapping]) -> str:
    """Return rows of a file that cannot be imported, and why."""
    cells = [[escape(str(row[name])) for name in ("row", "column", "found", "reason")] for row in rows]
    return html_table(("Row", "Column", "Found", "Reason"), cells, caption="Bad rows of the file")


def log_text(lines: Iterable[str]) -> str:
    """Return lines of a run's log."""
    return f"<pre class='log'>{escape(chr(10).join(lines))}</pre>"


def _provenance(settings: Mapping) -> str:
    versions = settings.get("versions", {})
    hashes = settings.get("input_sha256", {})
    rows = [(escape(str(k)), escape(str(v))) for k, v in versions.items()]
    rows += [(f"input: {escape(str(k))}", f"<code>{escape(str(v)[:16])}…</code>") for k, v in hashes.items()]
    table = html_table(("Made with", "Version or SHA-256"), rows, caption="Provenance of the run")
    return f"<details><summary>Provenance: versions and input</summary>{table}</details>"


def _stage(name: str, done: bool) -> str:
    words = escape(name.replace("_", " "))
    return f"<span class='stage done'>✓ {words}</span>" if done else f"<span class='stage'>{words}</span>"
