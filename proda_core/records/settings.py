"""Fields of settings: a default together with what the field means and what may be chosen."""

from __future__ import annotations

from dataclasses import field, fields
from types import MappingProxyType
from typing import Any


def setting(default: Any, help: str, *, unit: str = "", choices: tuple = ()) -> Any:
    """Return a dataclass field with its explanation, its unit and the values it may take, if they are few.

    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Settings:
    ...     chains: int = setting(3, "chains per site")
    >>> Settings().chains, field_help(Settings)["chains"]
    (3, 'chains per site')
    """
    return field(default=default, metadata={"help": help, "unit": unit, "choices": tuple(choices)})


def field_help(record: type) -> MappingProxyType[str, str]:
    """Return the explanation of every field of a settings class by name, with its unit in brackets."""
    return MappingProxyType({f.name: _with_unit(f.metadata) for f in fields(record) if f.metadata})


def field_choices(record: type) -> MappingProxyType[str, tuple]:
    """Return the allowed values of every field of a settings class that has a list of them."""
    return MappingProxyType(
        {f.name: f.metadata["choices"] for f in fields(record) if f.metadata.get("choices")}
    )


def _with_unit(metadata: MappingProxyType) -> str:
    return f"{metadata['help']} [{metadata['unit']}]" if metadata["unit"] else metadata["help"]
