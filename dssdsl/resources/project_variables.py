"""Variables of projects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from dssdsl.dss.session import Session
from dssdsl.dss.session import at as quoted
from dssdsl.errors import NotFound
from dssdsl.lang.canonical import overlay
from dssdsl.lang.fields import REMOVE, at, exact, form, resets_to, set_by_runs, whole
from dssdsl.lang.program import Program
from dssdsl.lang.provider import Live, provides
from dssdsl.lang.resource import ProjectResource, Resource, encode
from dssdsl.lang.values import Document

MAPS = ("standard", "local")
# To code, a variable that is 0 or false is not one that is missing.
VALUE = (whole, exact, resets_to(REMOVE), set_by_runs)


class ProjectVariables(ProjectResource):
    """
    Variables of the project, owned one by one: others, set by hand or by runs, stay.

    It may be declared in several places; each variable in one of them only.
    """

    kind = "variables"
    always_there: ClassVar[bool] = True
    hints: ClassVar[Mapping[str, str]] = {
        "name": "variables have no name: ProjectVariables(standard={…})",
        "variables": "write standard={…}, or local={…} for those that bundles leave behind",
    }
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {f"{m}.*": VALUE for m in MAPS}

    standard: Annotated[Mapping[str, Any], at("standard"), form("values by name")] = {}
    """Variables that bundles take along."""

    local: Annotated[Mapping[str, Any], at("local"), form("values by name")] = {}
    """Variables of this instance only; they win over standard ones of the same name."""

    _lines: Any = None

    def _register(self, program: Program) -> None:
        first = program.keys.get(self.key)
        self._lines = {(m, name): self.source for m in MAPS for name in getattr(self, m) or {}}
        if not isinstance(first, ProjectVariables):
            super()._register(program)
            return
        for where, name in self._lines:
            if (where, name) in first._lines:
                program.fault(
                    f'the {where} variable "{name}" is declared twice, at '
                    f"{first._lines[where, name]} and at {self.source}",
                    at=self.source,
                    fix="delete one of them",
                )
        first._lines = {**self._lines, **first._lines}
        for where in MAPS:
            merged = {**(getattr(self, where) or {}), **(getattr(first, where) or {})}
            object.__setattr__(first, where, merged)

    def document(self) -> Document:
        # Both maps always, so that a variable which is taken out of the program is missed.
        return {m: encode(dict(getattr(self, m) or {}), self) for m in MAPS}


@provides("variables")
class VariablesProvider:
    """Reads and writes the variables of a project, which it always has."""

    kind = "variables"

    def url(self, project: str) -> str:
        """The path of the variables."""
        return f"/projects/{quoted(project)}/variables/"

    def list(self, dss: Session, project: str) -> Iterable[Live]:
        """The variables, as the one object of their kind."""
        found = self.read(dss, project, "")
        if found is not None:
            yield found

    def read(self, dss: Session, project: str, id: str) -> Live | None:
        """All variables, or None without the project."""
        try:
            return Live("", id, dss.json("GET", self.url(project)))
        except NotFound:
            return None

    def create(self, dss: Session, project: str, want: Document, resource: Resource) -> str:
        """Add what is wanted to the variables that are there."""
        before = dss.json("GET", self.url(project))
        after = overlay(before, want, type(resource).shape())
        self.update(dss, project, "", before, after, resource)
        return ""

    def update(
        self,
        dss: Session,
        project: str,
        id: str,  # noqa: ARG002
        before: Document,  # noqa: ARG002
        after: Document,
        resource: Resource | None,  # noqa: ARG002
    ) -> None:
        """Save all variables; DSS takes them only as a whole."""
        dss.send("PUT", self.url(project), {m: after.get(m) or {} for m in MAPS})
