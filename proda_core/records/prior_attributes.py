"""The prior of a result among its attributes: a preset by its name, any other by its content too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from proda_core.records.checks import InputError, expect, one_of
from proda_core.vocabulary.parameters import NAMES, PRIORS, Prior

_CONTENT = "prior_content"


def prior_attributes(prior: Prior) -> dict[str, str]:
    """Return the attributes of a prior; :func:`prior_from` reads them.

    >>> prior_attributes(PRIORS["binn"])
    {'prior': 'binn'}
    """
    if prior == PRIORS.get(prior.name):
        return {"prior": prior.name}
    content = {"source": prior.source, "bounds": dict(prior.bounds), "scores": dict(prior.scores)}
    return {"prior": prior.name, _CONTENT: json.dumps(content)}


def named_prior(prior: str | Prior) -> Prior:
    """Return a preset by its name, or a prior as given; raises InputError for an unknown name.

    >>> named_prior("binn").name
    'binn'
    """
    return PRIORS[one_of(prior, PRIORS, "prior")] if isinstance(prior, str) else prior


def prior_from(attributes: Mapping[str, Any]) -> Prior:
    """Return the prior that attributes describe; raises InputError where none is described."""
    name = attributes.get("prior")
    if _CONTENT not in attributes:
        return PRIORS[one_of(name, PRIORS, "attribute prior")]
    try:
        content = json.loads(attributes[_CONTENT])
        pairs = ({n: (float(a), float(b)) for n, (a, b) in content[k].items()} for k in ("bounds", "scores"))
        bounds, scores = map(MappingProxyType, pairs)
        source = str(content["source"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"attribute {_CONTENT}: expected source, bounds and scores of prior {name}, found {error}"
        ) from error
    unknown = [n for n in bounds if n not in NAMES]
    expect(not unknown, f"prior {name}: expected parameters among {', '.join(NAMES)}; found {unknown}")
    return Prior(str(name), source, bounds, scores)
