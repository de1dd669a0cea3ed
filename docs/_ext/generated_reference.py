"""Sphinx extension: pages of the reference that are made from the program each time the site is built.

Written to ``docs/reference/generated``: every command with its options, every field of a schedule and of the
network's settings, the parameters of the soil model with their priors, and the API from its docstrings.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from plain_docstrings import to_rst

from proda_core.records.settings import field_choices, field_help

HIDDEN_PACKAGES = ("commands", "__main__")  # the command line has a page of its own


def write_pages(app: Any) -> None:
    """Write every generated page below ``reference/generated``, and leave unchanged ones alone."""
    directory = Path(app.srcdir, "reference", "generated")
    pages = {
        "commands.md": commands_page(),
        "schedules.md": schedules_page(),
        "network_settings.md": network_settings_page(),
        "parameters.md": parameters_page(),
    } | api_pages()
    directory.mkdir(parents=True, exist_ok=True)
    for path in directory.iterdir():
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        path = directory / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def commands_page() -> str:
    """Return every command of ``proda`` with its arguments and options, as Typer documents it."""
    import typer
    from typer.cli import get_docs_for_click
    from typer.main import get_command

    from proda_core.__main__ import app

    command = get_command(app)
    text = get_docs_for_click(obj=command, ctx=typer.Context(command, info_name="proda"), name="proda")
    return text.replace("# `proda`", "# The command line", 1)


def schedules_page() -> str:
    """Return every field of a schedule and the values of the ready ones."""
    from proda_core.assimilation.batch_schedules import BATCH_SCHEDULES
    from proda_core.assimilation.schedules import SCHEDULES, Schedule

    return "\n".join(
        [
            "# Schedules",
            "",
            "A `Schedule` holds every choice of an assimilation. `SCHEDULES` has the ready ones;",
            '`SCHEDULES["chapter"].with_(errors="lognormal")` is one with another choice.',
            "",
            "## Fields",
            "",
            *_field_list(Schedule),
            "",
            "## Ready schedules",
            "",
            *_table_of_presets(Schedule, SCHEDULES),
            "",
            "## Ready schedules of the batch",
            "",
            "One parameter set for all profiles; chosen by the same names.",
            "",
            *_table_of_presets(Schedule, BATCH_SCHEDULES),
        ]
    )


def network_settings_page() -> str:
    """Return every field of the network's settings and the values of the presets."""
    from proda_core.network.settings import PRESETS, NetworkSettings

    return "\n".join(
        [
            "# Network settings",
            "",
            "`NetworkSettings` holds every choice of encoding, network and training. `PRESETS` has the ready",
            'ones; `PRESETS["modern"].changed(members=3)` is one with another choice.',
            "",
            "## Fields",
            "",
            *_field_list(NetworkSettings),
            "",
            "## Presets",
            "",
            *_table_of_presets(NetworkSettings, PRESETS),
        ]
    )


def parameters_page() -> str:
    """Return the parameters of the soil model with unit, default and the bounds of every prior."""
    from proda_core.vocabulary.parameters import PARAMETERS, PRIORS

    head = ["parameter", "meaning", "unit", "group", "CLM5 default", *(f"`{name}`" for name in PRIORS)]
    rows = [
        [
            f"`{p.name}`",
            p.meaning,
            p.unit,
            p.group,
            f"{p.default:g}",
            *(_bounds(prior, p.name) for prior in PRIORS.values()),
        ]
        for p in PARAMETERS
    ]
    sources = [f"- `{prior.name}`: {prior.source}" for prior in PRIORS.values()]
    return "\n".join(
        [
            "# Parameters and priors",
            "",
            "Between the bounds given a prior is uniform; brackets hold the 5-95 % interval of one that is",
            "probit-normal between them. A parameter that a prior does not sample keeps its CLM5 default.",
            "A lower bound of zero is exclusive.",
            "",
            *_table(head, rows),
            "",
            *sources,
            "",
        ]
    )


def _bounds(prior: Any, name: str) -> str:
    if name not in prior.bounds:
        return ""
    low, high = prior.bounds[name]
    text = f"{low:g} – {high:g}"
    if name not in prior.scores:
        return text
    row = prior.names.index(name)
    first, last = (float(prior.quantile(share)[row]) for share in (0.05, 0.95))
    return f"{text} ({first:.3g} – {last:.3g})"


def _field_list(record: type) -> list[str]:
    """Return the fields of a dataclass as a definition list: name, default, meaning."""
    lines: list[str] = []
    for field in fields(record):
        if field.default is MISSING:
            continue
        allowed = field_choices(record).get(field.name)
        text = field_help(record)[field.name]
        if allowed:
            text += f" One of {', '.join(f'`{value}`' for value in allowed)}."
        lines += [f"`{field.name}` (default `{field.default!r}`)", f": {text}", ""]
    return lines


def _table_of_presets(record: type, presets: Mapping[str, Any]) -> list[str]:
    """Return the fields in which presets differ from each other, one column per preset."""
    names = [field.name for field in fields(record) if field.name != "name"]
    differing = [n for n in names if len({repr(getattr(preset, n)) for preset in presets.values()}) > 1]
    rows = [[f"`{n}`", *(f"`{getattr(preset, n)!r}`" for preset in presets.values())] for n in differing]
    table = _table(["field", *(f"`{name}`" for name in presets)], rows)
    return [*table, "", "Every other field has the same value in all of them."]


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [head, ["-"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def api_pages() -> dict[str, str]:
    """Return one page per package, each module from its docstrings, and the contents of them all."""
    import proda_core

    packages: dict[str, list[str]] = {"proda_core": []}
    for module in pkgutil.walk_packages(proda_core.__path__, "proda_core."):
        parts = module.name.split(".")
        if parts[1] in HIDDEN_PACKAGES or any(part.startswith("_") for part in parts[1:]):
            continue
        packages.setdefault(parts[1] if module.ispkg or len(parts) > 2 else "proda_core", []).append(
            module.name
        )
    pages = {"api_front_door.rst": _front_door(proda_core)}
    for package, modules in packages.items():
        title = package if package == "proda_core" else f"proda_core.{package}"
        pages[f"api_{package}.rst"] = _module_page(title, modules)
    pages["api_notebook.rst"] = _module_page("The dashboard in a notebook", ["dashboard.notebook"])
    return pages


def _module_page(title: str, modules: list[str]) -> str:
    """Return a page with a table of modules, then each with its members."""
    lines = [title, "=" * len(title), ""]
    if len(modules) > 1:
        lines += [".. list-table::", "   :widths: auto", ""]
        for module in modules:
            lines += [f"   * - :py:mod:`{module}`", f"     - {_summary(importlib.import_module(module))}"]
        lines += [""]
    for module in modules:
        if len(modules) > 1:
            lines += [module, "-" * len(module), ""]
        lines += [f".. automodule:: {module}", "   :members:", "   :ignore-module-all:"]
        lines += ["   :no-index:", ""] if _is_hidden(module) else [""]
    return "\n".join(lines)


def _is_hidden(module: str) -> bool:
    """Whether its package has a function of the same name, which would be described twice."""
    package, _, name = module.rpartition(".")
    importlib.import_module(module)
    return bool(package) and not inspect.ismodule(getattr(importlib.import_module(package), name))


def _summary(value: Any) -> str:
    """Return the first sentence of a docstring in one line."""
    first = (inspect.getdoc(value) or "").split("\n\n")[0].split("\n")
    return " ".join(to_rst([" ".join(first)])).strip()


def _front_door(package: Any) -> str:
    """Return the page of the public names, each with its signature and docstring."""
    title = "proda_core: the public names"
    lines = [title, "=" * len(title), "", "``import proda_core as proda`` gives these.", ""]
    lines += [".. list-table::", "   :widths: auto", ""]
    for name in package.__all__:
        value = getattr(package, name)
        role = "class" if inspect.isclass(value) else "func"
        lines += [f"   * - :py:{role}:`{name} <{value.__module__}.{value.__qualname__}>`"]
        lines += [f"     - {_summary(value)}"]
    return "\n".join([*lines, ""])


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True}
