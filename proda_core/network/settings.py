"""Settings of a network and its training, each a named field with a default and an explanation."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from types import MappingProxyType

from proda_core.records.checks import InputError, one_of
from proda_core.records.convergence import TRAIN_ON
from proda_core.records.settings import field_choices, setting


@dataclass(frozen=True)
class NetworkSettings:
    """How covariates are encoded, what the network looks like and how it is trained.

    ``field_help(NetworkSettings)`` explains every field.
    """

    name: str
    scaling: str = setting(
        "standard",
        "scaling of continuous covariates; standard: zero mean and unit standard deviation; minmax: 0 to 1",
        choices=("standard", "minmax"),
    )
    scaled_by: str = setting(
        "training",
        "sites whose covariates set the scaling; training: training sites only; all: all sites, with those "
        "that are held out",
        choices=("training", "all"),
    )
    categories: str = setting(
        "embedding",
        "categorical covariates; embedding: a learnt vector each; code: the code itself as a number "
        "(as published; for comparison)",
        choices=("embedding", "code"),
    )
    missing: str = setting(
        "flag",
        "missing values; flag: median of the training sites plus a flag column; median: the median alone",
        choices=("flag", "median"),
    )
    rare: int = setting(
        5,
        "categories with fewer training sites than this share the embedding of unknown codes, which "
        "is trained that way",
    )
    hidden: tuple[int, ...] = setting(
        (128, 128),
        "width of each hidden layer",
    )
    activation: str = setting(
        "relu",
        "activation function of the hidden layers",
        choices=("relu", "silu"),
    )
    dropout: float = setting(
        0.3,
        "share of hidden units left out in each training step",
    )
    optimiser: str = setting(
        "adamw",
        "optimiser of the weights",
        choices=("adamw", "adadelta"),
    )
    schedule: str = setting(
        "plateau",
        "learning rate; plateau: reduced when the validation loss stops falling; constant",
        choices=("plateau", "constant"),
    )
    targets: str = setting(
        "whitened",
        "training target; mean: the posterior means; precision: the same weighted by the precision of "
        "each; whitened: what the profile says of all parameters together, trade-offs included and "
        "the prior removed (see targets.py)",
        choices=("mean", "precision", "whitened"),
    )
    chains: str = setting(
        "summary",
        "posterior used by the targets precision and whitened; summary: the stored summary (of the "
        "chapter's three chains one, drawn at random); all: the stored draws of all chains, which "
        "includes how far apart they still are",
        choices=("summary", "all"),
    )
    train_on: str = setting(
        "schedule",
        "sites that train; converged: those whose chains meet the limits of their schedule; fitted: those "
        "whose chains do not, too; schedule: converged where the schedule extends chains until they "
        "converge (modern), fitted where their length is fixed (quick, chapter)",
        choices=TRAIN_ON,
    )
    spread: float = setting(
        0.6,
        "standard deviation, in the unit cube, of what no covariate explains of a site's parameters; "
        "it bounds the weight of any one site in the targets precision and whitened",
    )
    loss: str = setting(
        "squared",
        "squared: mean squared difference; joint: the published product of squared and relative differences",
        choices=("squared", "joint"),
    )
    batch_size: int = setting(
        64,
        "sites per training step, more where an epoch would have more than max_batches steps",
    )
    max_batches: int = setting(
        100,
        "training steps of an epoch at most; 0 for no limit, so that every step has batch_size sites",
    )
    largest_gradient: float = setting(
        1.0,
        "norm that the gradient of a training step is clipped to, which limits the effect of a single "
        "outlying site; 0 for no clipping",
    )
    learning_rate: float = setting(
        1e-3,
        "initial learning rate of the optimiser",
    )
    weight_decay: float = setting(
        1e-2,
        "weight decay of the optimiser",
    )
    members: int = setting(
        5,
        "networks in the ensemble, trained from different seeds",
    )
    max_epochs: int = setting(
        400,
        "epochs at most",
    )
    patience: int = setting(
        40,
        "epochs without a better validation loss after which training stops; the parameters of the "
        "best epoch are kept",
    )

    def __post_init__(self) -> None:
        for field, allowed in field_choices(NetworkSettings).items():
            one_of(getattr(self, field), allowed, f"network setting {field}")
        object.__setattr__(self, "hidden", tuple(int(width) for width in self.hidden))
        for field in ("rare", "spread", "members", "batch_size", "max_epochs", "patience", "learning_rate"):
            if not getattr(self, field) > 0:
                raise InputError(f"expected network setting {field} > 0, found {getattr(self, field)!r}")
        for field in ("max_batches", "largest_gradient", "dropout", "weight_decay"):
            if getattr(self, field) < 0:
                raise InputError(f"expected network setting {field} >= 0, found {getattr(self, field)!r}")
        if not self.hidden or min(self.hidden) < 1:
            raise InputError(f"expected network setting hidden to hold widths >= 1, found {self.hidden}")
        if not 0 <= self.dropout < 1:
            raise InputError(f"expected network setting dropout in [0, 1), found {self.dropout!r}")

    def to_dict(self) -> dict:
        """Return plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> NetworkSettings:
        """Return settings from the values of :meth:`to_dict`.

        >>> NetworkSettings.from_dict(PRESETS["modern"].to_dict()) == PRESETS["modern"]
        True
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise InputError(f"expected network settings among {sorted(known)}, found {unknown}")
        return cls(**values)

    def like(self, other: NetworkSettings) -> NetworkSettings:
        """Return these choices of training with the network and the encoding of ``other``."""
        shape = ("scaling", "scaled_by", "categories", "missing", "rare", "hidden", "activation")
        return self.changed(**{field: getattr(other, field) for field in shape})

    def changed(self, **values) -> NetworkSettings:
        """Return the same settings with some fields changed."""
        return replace(self, **values)


PRESETS: MappingProxyType[str, NetworkSettings] = MappingProxyType(
    {
        "modern": NetworkSettings("modern"),
        # Through the soil model on observed carbon: the loss is in end_to_end.py, targets are not used.
        "end_to_end": NetworkSettings(
            "end_to_end", dropout=0.4, learning_rate=2e-3, max_epochs=100, patience=30
        ),
        # The published network [PRODA, 17 July 2020]: codes of categories scaled like numbers, scaling from
        # all data, batches of 32, at most 2,400 epochs; no dropout, weight decay or clipping. Departures:
        # a sigmoid at the outputs, early stopping, and gaps filled with the median (differences.md).
        "prodanet": NetworkSettings(
            "prodanet",
            scaling="minmax",
            scaled_by="all",
            categories="code",
            missing="median",
            rare=1,
            hidden=(256, 512, 512, 256),
            dropout=0.0,
            optimiser="adadelta",
            schedule="constant",
            targets="mean",
            loss="joint",
            batch_size=32,
            max_batches=0,
            largest_gradient=0.0,
            learning_rate=1.0,
            weight_decay=0.0,
            members=1,
            max_epochs=2400,
            patience=50,
        ),
    }
)


def preset(settings: str | NetworkSettings) -> NetworkSettings:
    """Return a preset by its name, or settings as given.

    >>> preset("prodanet").hidden
    (256, 512, 512, 256)
    """
    if isinstance(settings, NetworkSettings):
        return settings
    return PRESETS[one_of(settings, PRESETS, "network preset")]
