"""The rules in ``rules.yaml``, of which each implementation of the columns gives proof."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_ALL = YAML(typ="safe").load(Path(__file__).with_name("rules.yaml"))


def _names(entry: dict[str, Any], key: str) -> list[str]:
    found: list[str] = entry.get(f"{key}_list") or entry[key].split()
    return found


def _recipe_of(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry of a recipe; a step becomes a prepare recipe that has only this step."""
    if "step" not in entry:
        return {**entry, "inputs": [each.split() for each in entry["inputs"]]}
    step = {"metaType": "PROCESSOR", **entry["step"]}
    return {
        **entry,
        "type": "shaker",
        "inputs": [_names(entry, "before")],
        "payload": {"steps": [step]},
    }


RECIPES = [_recipe_of(entry) for entry in [*_ALL["steps"], *_ALL["recipes"]]]
"""Each rule as a recipe: its ``type``, ``payload``, ``params``, and the columns of its ``inputs``."""


def why_unknown(entry: dict[str, Any]) -> str | None:
    """Why the columns of a rule's output are unknown; None if they are known."""
    first, _, why = str(entry.get("after", "")).partition(" ")
    return why if first == "unknown" else None


def after(entry: dict[str, Any]) -> list[str]:
    """The columns of a rule's output."""
    return _names(entry, "after")
