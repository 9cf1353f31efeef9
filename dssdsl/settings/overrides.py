"""Config values from the command line: ``--config NAME=VALUE``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dssdsl.errors import ProgramError, ProgramErrors

from . import toml
from .checks import shown
from .keys import is_plain
from .values import FILE


def overridden(config: Mapping[str, Any], overrides: Mapping[str, str]) -> dict[str, Any]:
    """
    *config* with *overrides* in it, each converted to the type of the value that it replaces.

    A name that *config* lacks gets the value that TOML reads, or the text itself.

    Raises:
        ProgramErrors: Values that cannot be converted.
    """
    result = dict(config)
    errors = []
    for name, text in overrides.items():
        try:
            result[name] = _typed(name, text, config.get(name))
        except ProgramError as error:
            errors.append(error)
    if errors:
        raise ProgramErrors(errors)
    return result


def _typed(name: str, text: str, before: Any) -> Any:
    if isinstance(before, str):
        return text
    try:
        value = toml.value(text)
    except ValueError:
        value = _items(text) if isinstance(before, list) else text
    if before is None:
        return value if is_plain(value) else text
    if isinstance(before, list) and not isinstance(value, list):
        value = _items(text)
    if isinstance(before, float) and type(value) is int:
        value = float(value)
    if type(value) is not type(before):
        raise ProgramError(
            f'--config {name}={text}: config "{name}" is {shown(before)} in {FILE}, which is {_type(before)}',
            fix=f"pass {_type(before)}, such as --config {name}={shown(before)}",
        )
    return value


def _items(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _type(value: Any) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", list: "a list"}
    return names.get(type(value), "a string")
