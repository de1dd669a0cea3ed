"""Choices of the next training, numbers as typed text."""

from __future__ import annotations

import param

from dashboard.state import key_values
from dashboard.state.assimilation_choices import LARGEST_SEED, whole
from proda_core.records.checks import InputError, expect
from proda_core.vocabulary.covariates import KINDS
from proda_core.vocabulary.parameters import NAMES

LINKED: tuple[str, ...] = ("training", "recipe", "parameter", "covariate")
FIRST_PARAMETER = "tau4s3"  # one that a profile constrains
PRESETS: dict[str, str] = {
    "modern": "Modern",
    "prodanet": "As published (PRODA 2020)",
    "end_to_end": "End to end, on observed carbon",
}
SPLITS: dict[str, str] = {
    "place": "keep co-located profiles together",
    "site": "each site separately (chapter)",
    "block": "keep half-degree squares together",
}
MOST_MEMBERS = 8
MOST_EPOCHS = 2000
FIELDS: dict[str, str] = {"members": "Networks in the ensemble", "epochs": "Epochs at most", "seed": "Seed"}


class NetworkChoices(param.Parameterized):
    """Choices of a session: the training in view, the next one, parameter and covariate in view."""

    training = param.String(default="", doc="The training in view, by its id.")
    recipe = param.String(default="", doc="Choices of a training that differ from the default.")
    parameter = param.Selector(
        default=FIRST_PARAMETER, objects=list(NAMES), doc="The parameter in view, also of an assimilation."
    )
    covariate = param.String(default="", doc="The covariate in view; empty: the most important one.")


class TrainingChoices(param.Parameterized):
    """Preset, split and covariates; numbers as typed text."""

    preset = param.String(default="modern", doc="Name of the settings of the network.")
    by = param.String(default="place", doc="What stays together when sites are held out.")
    groups = param.ClassSelector(class_=tuple, default=(), doc="Kinds of covariates that are used.")
    members = param.String(default="3", doc="Networks with different initial weights.")
    epochs = param.String(default="200", doc="Longest training, in passes over the sites.")
    seed = param.String(default="1", doc="Seed of split, initial weights and order.")

    def numbers(self) -> dict[str, int]:
        """Return the fields as numbers; InputError with the field's name.

        >>> TrainingChoices(members="2").numbers()
        {'members': 2, 'epochs': 200, 'seed': 1}
        """
        found = {name: whole(getattr(self, name), title) for name, title in FIELDS.items()}
        for name, most in (("members", MOST_MEMBERS), ("epochs", MOST_EPOCHS)):
            expect(
                1 <= found[name] <= most,
                f"{FIELDS[name]}: expected 1 to {most} on this page; found {found[name]:,}",
            )
        expect(found["seed"] <= LARGEST_SEED, f"Seed: expected at most {LARGEST_SEED}; found {found['seed']}")
        return found

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of covariates; InputError if none is chosen."""
        expect(bool(self.groups), "Covariates: expected at least one group; choose some")
        return self.groups

    def to_text(self, kinds: tuple[str, ...] = ()) -> str:
        """Return the choices that differ from the default; InputError if a field cannot be read.

        kinds : the kinds of covariates of the data set

        >>> TrainingChoices(epochs="50", groups=("soil",)).to_text(("climate", "soil"))
        'groups:soil,epochs:50'
        """
        found = {"groups": "+".join(self.groups)} if self.groups and self.groups != tuple(kinds) else {}
        chosen = {"preset": self.preset, "by": self.by} | {k: str(v) for k, v in self.numbers().items()}
        defaults = TrainingChoices.param
        return key_values.write(found | {k: v for k, v in chosen.items() if v != defaults[k].default})


def read(text: str) -> dict[str, object]:
    """Return the choices of a text; InputError for one that is not possible.

    >>> read("epochs:50, groups:soil+climate")
    {'epochs': '50', 'groups': ('soil', 'climate')}
    """
    found: dict[str, object] = {}
    known = {"preset": PRESETS, "by": SPLITS, "groups": KINDS, **dict.fromkeys(FIELDS)}
    for name, value in key_values.read(text, "Training").items():
        shown = value[: key_values.SHOWN]
        expect(name in known, f"Training: expected {', '.join(known)}; found {name[: key_values.SHOWN]!r}")
        parts = tuple(dict.fromkeys(value.split("+"))) if name == "groups" else (value,)
        if known[name] is not None and not set(parts) <= set(known[name]):
            raise InputError(f"{name}: expected {', '.join(known[name])}; found {shown!r}")
        found[name] = parts if name == "groups" else value
    TrainingChoices(**found).numbers()
    return found
