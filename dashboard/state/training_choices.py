"""How a network shall be trained, as a visitor types it."""

from __future__ import annotations

import param

from dashboard.state.assimilation_choices import LARGEST_SEED, whole
from proda_core.records.checks import expect

LINKED: tuple[str, ...] = ("training",)
MOST_MEMBERS = 8
MOST_EPOCHS = 2000
FIELDS: dict[str, str] = {"members": "Networks in the ensemble", "epochs": "Epochs at most", "seed": "Seed"}


class NetworkChoices(param.Parameterized):
    """Of a visit: the training in view."""

    training = param.String(default="", doc="The training of a network in view, by its number on the server.")


class TrainingChoices(param.Parameterized):
    """Preset, split and covariates; numbers as typed text."""

    preset = param.String(default="modern", doc="Name of the settings of the network.")
    by = param.String(default="place", doc="What stays together when sites are held out.")
    groups = param.ClassSelector(class_=tuple, default=(), doc="Kinds of covariates that are used.")
    members = param.String(default="3", doc="Networks that differ in their start.")
    epochs = param.String(default="200", doc="Longest training, in passes over the sites.")
    seed = param.String(default="1", doc="Seed of split, start and order.")

    def numbers(self) -> dict[str, int]:
        """The fields as numbers; raises InputError with the field's name.

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
        """The kinds of covariates; raises InputError if none is chosen."""
        expect(bool(self.groups), "Covariates: expected at least one group; choose some")
        return self.groups
