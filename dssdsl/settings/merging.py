"""Lays a stack's values over ``[defaults]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def merged(
    defaults: Mapping[str, Any], own: Mapping[str, Any], *, emulated: bool = False
) -> dict[str, Any]:
    """
    Values of a stack: its own, then the defaults; ``config`` key by key.

    A host of its own takes the place of an emulator of the defaults, and the other way round.

    Args:
        defaults: The toml's ``[defaults]``.
        own: The toml's ``[stacks.NAME]``.
        emulated: Whether the stack runs on an emulator without saying so.
    """
    below = dict(defaults)
    if own.get("emulator") or emulated:
        below.pop("host", None)
    elif "host" in own:
        below.pop("emulator", None)
    config: dict[str, Any] = {}
    for part in (defaults.get("config"), own.get("config")):
        config |= (
            part if isinstance(part, dict) else {}
        )  # `checks` reports a config of another type
    values = {**below, **own, "config": config}
    if emulated:
        values.setdefault("emulator", True)
    return values
