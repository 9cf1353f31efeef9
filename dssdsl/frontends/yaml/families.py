"""Which class of a family an entry's ``type`` means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from attrs import frozen

SUFFIXES = ("Dataset", "Recipe", "Dimension", "Trigger")
"""Endings of a family's class names, which its types in YAML lack."""
ALIASES = {"group": "grouping"}
BODIES = ("params", "configuration", "payload")
"""Fields for DSS's own settings, in the classes that stand for any type."""


@frozen
class Family:
    """
    Classes of which an entry's ``type`` chooses one.

    Attributes:
        classes: All of them.
        by_name: Classes by name, without suffix.
        by_wire: Classes by DSS's own type, where only one class has it.
        any: The class for all other types of DSS.
    """

    classes: tuple[type[Any], ...]
    by_name: Mapping[str, type[Any]]
    by_wire: Mapping[str, type[Any]]
    any: type[Any] | None

    @classmethod
    @cache
    def of(cls, classes: tuple[type[Any], ...]) -> Family:
        """The family of *classes*."""
        general = next((c for c in classes if _takes_any_type(c)), None)
        names: dict[str, type[Any]] = {}
        wires: dict[str, list[type[Any]]] = {}
        for each in classes:
            if each is general:
                continue
            for name in (each.__name__, bare(each), bare(each).removeprefix("On")):
                names.setdefault(norm(name), each)
            if isinstance(wire := getattr(each, "wire", None), str) and wire:
                wires.setdefault(norm(wire), []).append(each)
        for alias, name in ALIASES.items():
            if name in names:
                names.setdefault(alias, names[name])
        single = {wire: found[0] for wire, found in wires.items() if len(found) == 1}
        return cls(classes, names, single, general)

    def find(self, word: str, entry: Mapping[str, Any]) -> type[Any] | None:
        """The class that the type *word* means in *entry*; None if no class has that type."""
        found = self.by_name.get(norm(word)) or self.by_wire.get(norm(word))
        if found is not None and self.any is not None:
            own = found.public_names()
            if any(body in entry and body not in own for body in BODIES):
                return None  # the entry has DSS's own params, so `any` takes it
        return found

    def types(self) -> list[str]:
        """The types, as messages list them."""
        return sorted(shown(c) for c in self.classes if c is not self.any)


def norm(word: str) -> str:
    """A name for comparison: its letters and digits, in lower case."""
    return "".join(c for c in word.lower() if c.isalnum())


def bare(cls: type[Any]) -> str:
    """The name of a class without its family's suffix."""
    name = cls.__name__
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix) or name
    return name


def shown(cls: type[Any]) -> str:
    """The ``type`` of an entry that means *cls*."""
    name = bare(cls)
    if name.isupper() or any(c.isdigit() for c in name):
        return name.lower()
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def tagged(classes: Sequence[type[Any]]) -> bool:
    """Whether an entry needs a ``type`` to choose one of *classes*."""
    return len(classes) > 1 and all(
        hasattr(c, "wire") or c.__name__.endswith("Dimension") or _takes_any_type(c)
        for c in classes
    )


def _takes_any_type(cls: type[Any]) -> bool:
    names = cls.public_names()
    return "type" in names and any(body in names for body in BODIES)
