"""Variables of projects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from dssdsl.dss.documents import SharedProvider
from dssdsl.dss.session import Session
from dssdsl.errors import ProgramError
from dssdsl.lang.fields import REMOVE, at, exact, form, resets_to, set_by_runs, whole
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.near import did_you_mean
from dssdsl.lang.program import Program
from dssdsl.lang.project_resource import ProjectResource
from dssdsl.lang.provider import provides
from dssdsl.lang.resource import encode
from dssdsl.lang.values import Document

MAPS = ("standard", "local")
# Code distinguishes a variable that is 0 or false from a missing one.
VALUE = (whole, exact, resets_to(REMOVE), set_by_runs)


class ProjectVariables(ProjectResource):
    """
    Variables of the project. Variables that the program does not declare stay.

    A program can declare it several times, with different variables.
    """

    kind = "variables"
    section = plural = "variables"
    order = 2
    family = "The project"
    always_there = True
    set_by_code = r"\b(set_project_vars|(set|update)_variables|dku(Set|Update)\w*Variables)\b"
    hints: ClassVar[Mapping[str, str]] = {
        "name": "variables have no name: ProjectVariables(standard={…})",
        "variables": "write standard={…}, or local={…} for those that bundles exclude",
    }
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {f"{m}.*": VALUE for m in MAPS}

    standard: Annotated[Mapping[str, Any], at("standard"), form("values by name")] = {}
    """Variables that bundles include."""

    local: Annotated[Mapping[str, Any], at("local"), form("values by name")] = {}
    """Variables that bundles exclude. They override standard variables of the same name."""

    set_by_runs: Annotated[
        bool | OneOrMany[str] | None, form("the names of variables; True for all, False for none")
    ] = None
    """Variables that runs change: dssdsl writes them only if the program changes their value. By default, those that a recipe, a scenario or a library file names which changes variables."""

    _lines: Any = None

    def _register(self, program: Program) -> None:
        first = program.keys.get(self.key)
        self._lines = {(m, name): self.source for m in MAPS for name in _values(self, m)}
        if not isinstance(first, ProjectVariables):
            super()._register(program)
            return
        for where, name in self._lines:
            if (where, name) in first._lines:
                program.error(
                    f'the {where} variable "{name}" is declared twice, at '
                    f"{first._lines[where, name]} and at {self.source}",
                    at=self.source,
                    fix="delete one of them",
                )
        first._lines = {**self._lines, **first._lines}
        both = [*_named(first), *_named(self)]
        told = self.set_by_runs is not None or first.set_by_runs is not None
        for where in MAPS:
            merged = {**_values(self, where), **_values(first, where)}
            object.__setattr__(first, where, merged)
        if told:
            object.__setattr__(first, "set_by_runs", both)

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        names = [name for m in MAPS for name in _values(self, m)]
        for name in _named(self):
            if name not in names:
                yield self.error(
                    f'set_by_runs names "{name}", which it does not declare',
                    did_you_mean(name, names) or "declare it in standard= or local=",
                )

    def document(self) -> Document:
        # Always both maps, so that the plan removes a variable that the program drops.
        return {m: encode(dict(getattr(self, m) or {}), self) for m in MAPS}


def _values(variables: ProjectVariables, where: str) -> Mapping[str, Any]:
    """The variables that a declaration sets in one of the maps; an invalid value, already reported, sets none."""
    found = getattr(variables, where)
    return found if isinstance(found, Mapping) else {}


def _named(variables: ProjectVariables) -> list[str]:
    """The variables that a declaration says runs change."""
    if isinstance(variables.set_by_runs, bool):
        names = {**_values(variables, "standard"), **_values(variables, "local")}
        return [*names] if variables.set_by_runs else []
    return many(variables.set_by_runs)


@provides("variables")
class VariablesProvider(SharedProvider):
    """Variables, which every project has."""

    path = "variables/"

    def update(
        self, dss: Session, project: str, id: str, before: Document, after: Document, resource: Any
    ) -> None:
        """Save all variables; DSS accepts both maps together only."""
        whole = {m: after.get(m) or {} for m in MAPS}
        super().update(dss, project, id, before, whole, resource)
