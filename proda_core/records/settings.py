"""Fields of settings: a default together with what the field means and what may be chosen."""

from __future__ import annotations

from dataclasses import MISSING, field, fields
from types import MappingProxyType
from typing import Any

from proda_core.records.checks import InputError, one_of

_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
_SHOWN = 60  # characters of a wrong value in a message


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


def field_defaults(record: type) -> MappingProxyType[str, Any]:
    """Return the default of every field of a settings class that can be chosen."""
    return MappingProxyType({f.name: f.default for f in fields(record) if f.default is not MISSING})


def field_value(record: type, name: str, value: Any) -> Any:
    """Return ``value``, which may be typed text, as the type of the field's default.

    Raises InputError for text that is no such value, and for one that is not among the field's choices.

    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Settings:
    ...     chains: int = setting(3, "chains per site")
    >>> field_value(Settings, "chains", "12_000")
    12000
    """
    default = field_defaults(record)[name]
    value = _typed(name, value, default) if isinstance(value, str) else value
    choices = field_choices(record).get(name)
    return value if choices is None else one_of(value, choices, name)


def _typed(name: str, text: str, default: Any) -> Any:
    if isinstance(default, str):
        return text
    if isinstance(default, bool):
        known = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)
        return known[one_of(text.lower(), known, name)]
    if isinstance(default, tuple):
        return _numbers(name, text, len(default))
    kind, what = (int, "a whole number") if isinstance(default, int) else (float, "a number")
    try:
        return kind(text)
    except ValueError:
        raise InputError(f"{name}: expected {what}, found {text[:_SHOWN]!r}") from None


def _numbers(name: str, text: str, count: int) -> tuple[float, ...]:
    try:
        found = tuple(map(float, text.split(",")))
    except ValueError:
        found = ()
    if len(found) != count:
        raise InputError(
            f"{name}: expected {count} numbers separated by commas, such as 0.15,0.5; found {text[:_SHOWN]!r}"
        )
    return found


def _with_unit(metadata: MappingProxyType) -> str:
    return f"{metadata['help']} [{metadata['unit']}]" if metadata["unit"] else metadata["help"]
