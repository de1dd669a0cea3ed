"""Where the numbers of a report come from: data, choices, versions; are the data still the same."""

from __future__ import annotations

from collections.abc import Mapping

from proda_core.comparison import convergence, profiles_kept
from proda_core.comparison.places import Places
from proda_core.comparison.published import caution
from proda_core.records.checks import InputError
from proda_core.records.products import Product
from proda_core.records.study import Study
from proda_core.run_facts import method_facts
from proda_core.runs import Run, fingerprint


def origin(
    run: Run, study: Places | None, references: Mapping[str, Product], about: Mapping[str, str]
) -> dict[str, str]:
    """Facts by name, as they stand on the page."""
    settings = run.settings
    choices = settings.get("choices", {})
    network = choices.get("network", {})
    facts = {
        "convergence": _convergence(run),
        "run": run.id,
        "data set": study.title if isinstance(study, Study) else str(choices.get("study", "unknown")),
        "source": _source(study),
        "schedule": choices.get("schedule"),
        "prior": choices.get("prior"),
        **method_facts(run),
        "network": network.get("name") if isinstance(network, Mapping) else network,
        "split": f"by {choices.get('split_by', 'place')}",
        "seed": choices.get("seed"),
        "profiles kept for training": _kept(run, study),
        "started": settings.get("started"),
        "stages finished": ", ".join(run.finished) or "none",
        "made with": ", ".join(f"{name} {v}" for name, v in settings.get("versions", {}).items()),
        "reference products": "; ".join(_reference(name, p) for name, p in references.items()),
        "report written": about.get("history"),
        "report made with": about.get("software"),
    }
    return {name: str(value) for name, value in facts.items() if value not in (None, "")}


def changed_inputs(run: Run, study: Study) -> list[str]:
    """Records of the study whose numbers are not those the run was made from."""
    made_from = run.settings.get("input_sha256", {})
    now = fingerprint(study)
    return [name for name, digest in made_from.items() if now.get(name, digest) != digest]


def _convergence(run: Run) -> str:
    """What share of the sites converged and whether the batch did; "" where neither is known."""
    try:
        return convergence.run_sentence(run)
    except (InputError, OSError, KeyError):
        return ""


def _kept(run: Run, study: Places | None) -> str:
    """Share of profiles that may train a network, beside the published one; "" where that is unknown."""
    share = profiles_kept.sentence(run)
    return f"{share}. {caution(run, study)}".strip() if share else ""


def _source(study: Places | None) -> str:
    if not isinstance(study, Study):
        return ""
    parts = [str(study.provenance.get(name, "")) for name in ("source", "licence")]
    return "; licence: ".join(part for part in parts if part)


def _reference(name: str, product: Product) -> str:
    attrs = product.ds.attrs
    return f"{attrs.get('title', name)} ({attrs['source']}; licence {attrs['licence']})"
