"""Resources that live in a project."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import InstanceOf

from .fields import at, form, resets_to, unordered
from .keys import Key
from .model import OneOrMany, short
from .program import Program, current
from .resource import Resource


class ProjectResource(Resource):
    """A resource that lives in a project."""

    project: Annotated[InstanceOf[Resource] | None, form("a Project")] = None
    """The project that contains it. By default the project of the surrounding ``with``, or the program's first project."""

    def _settle(self, program: Program) -> None:
        if not isinstance(self.project, Resource):
            if self.project is None and program.project is None:
                program.error(
                    f"{self.label} comes before any Project",
                    fix="declare the Project first; import modules that declare resources after it",
                )
            object.__setattr__(self, "project", program.project)

    @property
    def key(self) -> Key:
        if self._key is not None:
            return self._key
        owner = self.project.identity if self.project is not None else "?"
        return Key(owner, self.kind, self.identity)

    def needs(self) -> Iterator[Resource]:
        yield from super().needs()
        if self.project is not None:
            yield self.project


class Taggable(ProjectResource):
    """A resource with tags and descriptions."""

    carried = ("shortDesc", "description", "tags", "customFields", "checklists")

    short_desc: Annotated[str | None, at("shortDesc"), resets_to("")] = None
    """One line, which DSS shows beside the name."""

    description: Annotated[str | None, at("description"), resets_to("")] = None
    """Longer text, in Markdown."""

    tags: Annotated[
        OneOrMany[str] | None, at("tags"), unordered, resets_to([]), form("strings")
    ] = None
    """Tags, which DSS sorts."""


def existing(cls: Any, name: str, project: Any) -> Any:
    """A reference to an object that is looked up and never written."""
    program = current()
    if not str(name).strip():
        program.error(f"{cls.__name__}.existing needs a name", fix="write the name that DSS shows")
    made = cls.model_construct(name=name)
    made._source = program.here()
    made._program = program
    made._existing = True
    owner = project
    if isinstance(project, str):
        owner = program.find_project(project) or Elsewhere(project)
    elif not (project is None or isinstance(project, (Resource, Elsewhere))):
        program.error(
            f"{cls.__name__}.existing: project cannot be {short(project)}",
            fix="project takes a Project, or its key",
        )
        owner = None
    object.__setattr__(made, "project", owner or program.project)
    return made


class Elsewhere:
    """A project that the program does not declare."""

    def __init__(self, key: str) -> None:
        self.identity = key
