"""Finds the resources that an entry names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import define, field

from dssdsl.lang.near import did_you_mean
from dssdsl.lang.resource import Resource

from .positions import Seq
from .source import Source


@define
class Names:
    """The resources declared so far, by each name that an entry can use for them."""

    source: Source
    _known: dict[str, list[Resource]] = field(factory=dict)
    _later: list[tuple[Resource, Any, int]] = field(factory=list)

    def add(self, resource: Resource) -> None:
        """Make a resource known by its name, ``KIND NAME`` and key."""
        for name in dict.fromkeys((resource.identity, resource.label, resource.key)):
            self._known.setdefault(name, []).append(resource)

    def find(
        self, name: Any, classes: Sequence[type[Any]], line: int, where: str, *, needed: bool = True
    ) -> Resource | None:
        """
        The resource of one of *classes* that *name* means.

        Args:
            name: As the file writes it.
            classes: The classes that the field takes.
            line: The line, for errors.
            where: The field that names it.
            needed: Whether it is an error if the program declares none.
        """
        text = str(name)
        if where == "project" and issubclass(classes[0], Resource):
            project = self.source.program.find_project(text)
            found = [] if project is None else [project]
        else:
            found = [r for r in self._known.get(text, ()) if _is_one(r, classes, where)]
        if len(found) == 1 or (found and not needed):
            return found[0]
        if found:
            self.source.error(
                f'{where} "{text}" is ambiguous: {" or ".join(r.label for r in found)}',
                line,
                f'write "{found[0].label}"',
            )
        elif needed:
            known = [
                n for n, rs in self._known.items() if any(_is_one(r, classes, where) for r in rs)
            ]
            self.source.error(
                f'{where} names "{text}", which is not declared',
                line,
                did_you_mean(text, known) or "declare it, or name another",
            )
        return None

    def find_later(self, resource: Resource, raw: Any, line: int) -> None:
        """Set ``depends_on`` of *resource* when everything is declared: *raw* may name what follows."""
        self._later.append((resource, raw, line))

    def settle(self) -> None:
        """Set each ``depends_on``."""
        for resource, raw, line in self._later:
            names = zip(raw, raw.lines, strict=True) if isinstance(raw, Seq) else [(raw, line)]
            found = [self.find(name, [Resource], at, "depends_on") for name, at in names]
            resource.depends_on = [r for r in found if r is not None]


def _is_one(resource: Resource, classes: Sequence[type[Any]], where: str) -> bool:
    return isinstance(resource, tuple(classes)) and (where != "zone" or resource.holds_members)
