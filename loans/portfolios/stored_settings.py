"""Settings kept as JSON: reads them into frozen dataclasses, strictly, and writes them back.

A misspelt key or an impossible value is refused where it is typed, never ignored: a convention that
silently falls back to its default moves money.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from loans.portfolios.refusals import Refused

T = TypeVar("T")


def read_settings(kind: type[T], stored: Mapping[str, Any], *, where: str) -> T:
    """Builds a settings dataclass from its JSON form; what is left out has its default.

    Arguments: kind is the dataclass; stored the JSON object; where names it in refusals, such as
    "product conventions". Raises Refused naming the key and the values it can have.
    """
    if not isinstance(stored, Mapping):
        raise _refusal(where, f"must be an object with named settings, not {stored!r}")
    hints = _hints_of(kind)  # type: ignore[arg-type]
    unknown = sorted(set(stored) - set(hints))
    if unknown:
        known = ", ".join(sorted(hints))
        raise _refusal(where, f"has no setting {unknown[0]!r}; there are: {known}")
    _require_all(kind, stored, where)
    values = {
        name: _read_value(hints[name], value, f"{where}.{name}") for name, value in stored.items()
    }
    return kind(**values)


def write_settings(settings: object) -> Any:
    """Returns the JSON form of a settings dataclass; settings at their default are left out."""
    if is_dataclass(settings) and not isinstance(settings, type):
        return {
            name: write_settings(value)
            for name, default in _defaults_of(type(settings))
            if (value := getattr(settings, name)) is not default and value != default
        }
    if isinstance(settings, Enum):
        return settings.value
    if isinstance(settings, Decimal | dt.date):
        return str(settings)
    if isinstance(settings, Mapping):
        return {write_settings(key): write_settings(value) for key, value in settings.items()}
    if isinstance(settings, tuple | list):
        return [write_settings(value) for value in settings]
    return settings


@cache
def _hints_of(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


@cache
def _defaults_of(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, _default_of(field)) for field in fields(kind))


def _default_of(field: Any) -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default


def _require_all(kind: type, stored: Mapping[str, Any], where: str) -> None:
    for field in fields(kind):
        if _default_of(field) is MISSING and field.name not in stored:
            raise _refusal(where, f"needs {field.name!r}; add it")


def _read_value(hint: Any, value: Any, where: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _read_optional(hint, value, where)
    if origin is tuple:
        return _read_list(get_args(hint)[0], value, where)
    if origin is not None and issubclass(origin, Mapping):
        return _read_mapping(get_args(hint), value, where)
    if isinstance(hint, type) and is_dataclass(hint):
        return read_settings(hint, value, where=where)
    return _read_plain(hint, value, where)


def _read_optional(hint: Any, value: Any, where: str) -> Any:
    if value is None:
        return None
    inner = next(part for part in get_args(hint) if part is not type(None))
    return _read_value(inner, value, where)


def _read_list(inner: Any, value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _refusal(where, f"must be a list, not {value!r}")
    return tuple(
        _read_value(inner, item, f"{where}[{number}]") for number, item in enumerate(value)
    )


def _read_mapping(inner: tuple[Any, ...], value: Any, where: str) -> dict[Any, Any]:
    if not isinstance(value, Mapping):
        raise _refusal(where, f"must be an object with named settings, not {value!r}")
    key_hint, value_hint = inner
    return {
        _read_value(key_hint, key, where): _read_value(value_hint, item, f"{where}.{key}")
        for key, item in value.items()
    }


def _read_plain(hint: Any, value: Any, where: str) -> Any:
    if isinstance(hint, type) and issubclass(hint, Enum):
        try:
            return hint(value)
        except ValueError:
            choices = ", ".join(str(member.value) for member in hint)
            raise _refusal(where, f"cannot be {value!r}; choose one of: {choices}") from None
    if hint is Decimal:
        return _read_decimal(value, where)
    if hint is dt.date:
        return _read_date(value, where)
    if hint is bool or hint is int:
        if type(value) is not hint:
            wanted = "true or false" if hint is bool else "a whole number"
            raise _refusal(where, f"must be {wanted}, not {value!r}")
        return value
    if not isinstance(value, str):
        raise _refusal(where, f"must be text, not {value!r}")
    return value


def _read_decimal(value: Any, where: str) -> Decimal:
    """Reads a number written as text or as a whole number; a JSON float has lost its cents."""
    if isinstance(value, float | bool):
        raise _refusal(where, f'must be written as text, such as "0.01", not {value!r}')
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise _refusal(
            where, f'must be a number written as text, such as "0.01", not {value!r}'
        ) from None
    if not number.is_finite():
        raise _refusal(where, f"must be a finite number, not {value!r}")
    return number


def _read_date(value: Any, where: str) -> dt.date:
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _refusal(where, f"must be a date such as 2025-11-30, not {value!r}") from None


def _refusal(where: str, problem: str) -> Refused:
    return Refused("setting_invalid", f"{where} {problem}.")
