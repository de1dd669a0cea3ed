"""The choices of the network, each a named field with a default and a reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from types import MappingProxyType

from proda_core.records.checks import InputError, one_of

CHOICES = MappingProxyType(
    {
        "scaling": ("standard", "minmax"),
        "categories": ("embedding", "code"),
        "missing": ("flag", "median"),
        "activation": ("relu", "silu"),
        "optimiser": ("adamw", "adadelta"),
        "schedule": ("plateau", "constant"),
        "targets": ("mean", "precision", "whitened"),
        "chains": ("summary", "all"),
        "loss": ("squared", "joint"),
    }
)


@dataclass(frozen=True)
class NetworkSettings:
    """How covariates are encoded, what the network looks like and how it is trained.

    scaling : continuous covariates to zero mean and unit sd, or to 0..1; from training sites only
    categories : an embedding each, or the code itself as a number (as published; for comparison)
    missing : median of the training sites plus a flag column, or the median alone
    rare : categories with fewer training sites than this share the embedding of unknown codes,
        which is trained that way
    hidden : width of each hidden layer
    dropout : share of hidden units left out in each training step
    targets : what the network is drawn to (see ``targets.py``): the posterior means ("mean"), the
        same weighted by the precision of each ("precision"), or what the profile says of all
        parameters together, trade-offs included and prior left out ("whitened")
    chains : what "precision" and "whitened" learn from: the posterior's own summary (of the chapter's
        three chains one, chosen at random), or the kept draws of all chains, which also says how far
        apart the chains still are
    spread : standard deviation, in the unit cube, of what no covariate explains of a site's
        parameters; it bounds the weight of any one site in "precision" and "whitened"
    loss : mean of squared differences, or the published product of squared and relative ones
    batch_size, learning_rate, weight_decay : of the optimiser; batches grow beyond 100 an epoch
    members : networks in the ensemble, trained from different seeds
    max_epochs, patience : stop after so many epochs without a better validation loss; the
        parameters of the best epoch are kept
    """

    name: str
    scaling: str = "standard"
    categories: str = "embedding"
    missing: str = "flag"
    rare: int = 5
    hidden: tuple[int, ...] = (128, 128)
    activation: str = "relu"
    dropout: float = 0.3
    optimiser: str = "adamw"
    schedule: str = "plateau"
    targets: str = "whitened"
    chains: str = "summary"
    spread: float = 0.6
    loss: str = "squared"
    batch_size: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    members: int = 5
    max_epochs: int = 400
    patience: int = 40

    def __post_init__(self) -> None:
        for field, allowed in CHOICES.items():
            one_of(getattr(self, field), allowed, f"network setting {field}")
        object.__setattr__(self, "hidden", tuple(int(width) for width in self.hidden))
        for field in ("rare", "spread", "members", "batch_size", "max_epochs", "patience", "learning_rate"):
            if not getattr(self, field) > 0:
                raise InputError(f"expected network setting {field} > 0, found {getattr(self, field)!r}")
        if not self.hidden or min(self.hidden) < 1:
            raise InputError(f"expected network setting hidden to hold widths >= 1, found {self.hidden}")
        if not 0 <= self.dropout < 1:
            raise InputError(f"expected network setting dropout in [0, 1), found {self.dropout!r}")

    def to_dict(self) -> dict:
        """Plain values, as kept in JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> NetworkSettings:
        """The inverse of :meth:`to_dict`.

        >>> NetworkSettings.from_dict(PRESETS["modern"].to_dict()) == PRESETS["modern"]
        True
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise InputError(f"expected network settings among {sorted(known)}, found {unknown}")
        return cls(**values)

    def like(self, other: NetworkSettings) -> NetworkSettings:
        """These choices of training, on the network and the encoding of ``other``."""
        shape = ("scaling", "categories", "missing", "rare", "hidden", "activation")
        return self.changed(**{field: getattr(other, field) for field in shape})

    def changed(self, **values) -> NetworkSettings:
        """The same settings with some fields changed."""
        return replace(self, **values)


PRESETS: MappingProxyType[str, NetworkSettings] = MappingProxyType(
    {
        "modern": NetworkSettings("modern"),
        # Through the soil model on observed carbon: the loss is in end_to_end.py, targets are not used.
        "end_to_end": NetworkSettings(
            "end_to_end", dropout=0.4, learning_rate=2e-3, max_epochs=100, patience=30
        ),
        # The published network: codes of categories scaled like numbers, no dropout, no weight
        # decay. Its outputs pass a sigmoid here, so that they stay inside the prior box.
        "prodanet": NetworkSettings(
            "prodanet",
            scaling="minmax",
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
            learning_rate=1.0,
            weight_decay=0.0,
            members=1,
            max_epochs=400,
            patience=50,
        ),
    }
)


def preset(settings: str | NetworkSettings) -> NetworkSettings:
    """A preset by name; settings pass through.

    >>> preset("prodanet").hidden
    (256, 512, 512, 256)
    """
    if isinstance(settings, NetworkSettings):
        return settings
    return PRESETS[one_of(settings, PRESETS, "network preset")]
