"""Keys: they identify resources in programs, plans and states."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

PROJECT = "project"
"""The kind whose key is its name alone."""


class Key(str):
    """
    The key of a resource: ``PROJECT/kind/name``; a project's own key is ``PROJECT``.

    It is text, so that it sorts, prints and stands in JSON as people read it, and it knows its
    parts, so that nothing takes it apart again.

    Attributes:
        project: The key of the project that the resource is in.
        kind: Such as ``dataset``.
        name: What names the resource among those of its kind; it may contain slashes.
    """

    __slots__ = ("kind", "name", "project")
    project: str
    kind: str
    name: str

    def __new__(cls, project: str, kind: str, name: str) -> Key:
        text = project if kind == PROJECT else f"{project}/{kind}/{name}"
        self = super().__new__(cls, text)
        self.project, self.kind, self.name = project, kind, name
        return self

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]
        """Let a copy have the parts, too."""
        return self.project, self.kind, self.name

    @classmethod
    def of_project(cls, project: str) -> Key:
        """The key of a project itself."""
        return cls(project, PROJECT, project)

    @classmethod
    def parse(cls, text: str) -> Key:
        """
        Read a whole key, such as ``SALES/dataset/ORDERS`` or ``SALES``.

        Raises:
            ValueError: It has no project, or a project and no kind.
        """
        project, _, local = text.partition("/")
        if not project:
            raise ValueError(f'"{text}" is not a key: write PROJECT/kind/name')
        return cls.within(project, local or f"{PROJECT}/{project}")

    @classmethod
    def within(cls, project: str, local: str) -> Key:
        """
        Read a key as a state of *project* writes it: ``kind/name``, or ``/OTHER/kind/name``.

        Raises:
            ValueError: It is neither.
        """
        if local.startswith("/"):
            return cls.parse(local[1:])
        kind, slash, name = local.partition("/")
        if not kind or not slash:
            raise ValueError(f'"{local}" is not a key: write kind/name')
        return cls(project, kind, name)

    @property
    def local(self) -> str:
        """The key within its project: ``kind/name``."""
        return f"{self.kind}/{self.name}"

    @property
    def label(self) -> str:
        """Kind and name, as messages say them: ``managed folder exports``."""
        return f"{self.kind.replace('_', ' ')} {self.name}".strip()

    def seen_from(self, project: str) -> str:
        """The key as a state of *project* writes it; `within` reads it."""
        return self.local if project == self.project else f"/{self}"

    def renamed(self, name: str) -> Key:
        """The key of the same kind and project with another name."""
        return Key(self.project, self.kind, name)

    def names(self) -> tuple[str, ...]:
        """All that a user may call it on a command line, such as ``dataset/ORDERS`` or ``ORDERS``."""
        return (self, self.local, self.name, self.label)

    def matches(self, globs: Iterable[str]) -> bool:
        """Whether one of *globs* matches one of its names, such as ``recipe/*``; case counts."""
        return any(fnmatch.fnmatchcase(name, glob) for glob in globs for name in self.names())


def projects_of(keys: Iterable[Key]) -> list[str]:
    """The projects of *keys*, sorted."""
    return sorted({key.project for key in keys})
