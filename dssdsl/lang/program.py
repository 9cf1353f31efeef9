"""The resources, exports and errors of one program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define, field, frozen

from dssdsl.errors import DssdslError, ProgramError
from dssdsl.hidden import Hidden, hiding

from .keys import Key
from .syntax import Syntax

if TYPE_CHECKING:
    from .hooks import Hook
    from .resource import Resource

T = TypeVar("T")
LACKING = "\ufffc"
"""A sign in texts that stand for a config value that the stack lacks: what follows from it is not reported."""
PACKAGE = str(Path(__file__).parents[1])


@frozen
class Target:
    """
    What a program may know of its stack.

    Attributes:
        name: Such as ``dev``.
        host: Where its DSS is.
        config: The stack's values, read by ``config()``.
        suffix: What is added to each project's key.
        owner: The login that owns new projects, unless the program sets one.
        added: The config values that only the command line sets.
    """

    name: str = "local"
    host: str = "http://emulator"
    config: Mapping[str, Any] = field(factory=dict)
    suffix: str = ""
    owner: str | None = None
    added: frozenset[str] = frozenset()


@define
class Program:
    """
    The resources that a program declared, its exports, and its errors.

    Attributes:
        folder: The folder of the program's file; positions are shown relative to it.
        hidden: The secrets that the program uses.
        position: The current place in a YAML file, which has no stack frames.
        syntax: How hints spell a declaration.
        file: The name of the program's own file; other files are its modules.
        read: The names of the config values that it asked for.
        lacking: Those of them that the stack does not have.
        stopped: Whether it ended early, so that it may not have declared and asked for everything.
        told: The number of errors found; a loop can repeat one that is recorded once.
        known: The columns of its datasets, once something asks for them.
    """

    target: Target = field(factory=Target)
    folder: Path = field(factory=Path.cwd)
    resources: list[Resource] = field(factory=list)
    keys: dict[Key, Resource] = field(factory=dict)
    exports: dict[str, Any] = field(factory=dict)
    errors: list[DssdslError] = field(factory=list)
    warnings: list[str] = field(factory=list)
    projects: list[Resource] = field(factory=list)
    zones: list[Resource] = field(factory=list)
    policies: list[Callable[..., Any]] = field(factory=list)
    hooks: dict[str, list[Hook]] = field(factory=lambda: {"before": [], "after": []})
    hidden: Hidden = field(factory=hiding)
    position: str | None = None
    syntax: Syntax = field(factory=Syntax)
    file: str = ""
    read: set[str] = field(factory=set)
    lacking: set[str] = field(factory=set)
    stopped: bool = False
    told: int = 0
    known: Any = field(default=None, repr=False, eq=False)
    _about: dict[DssdslError, str] = field(factory=dict)
    _within: list[Resource] = field(factory=list)
    _shown: dict[str, str] = field(factory=dict)

    @property
    def project(self) -> Resource | None:
        """The project that new resources go into."""
        if self._within:
            return self._within[-1]
        return self.projects[0] if self.projects else None

    @contextmanager
    def within(self, project: Resource) -> Iterator[None]:
        """Make *project* the default for a while."""
        self._within.append(project)
        try:
            yield
        finally:
            self._within.pop()

    @contextmanager
    def active(self) -> Iterator[Program]:
        """Collect declarations in this program."""
        token = _CURRENT.set(self)
        try:
            with self.hidden.active():
                yield self
        finally:
            _CURRENT.reset(token)

    def error(
        self,
        problem: str,
        *,
        at: str | None = None,
        fix: str | None = None,
        about: str | None = None,
        field: str | None = None,
    ) -> None:
        """
        Record an error of the program; all errors are reported in one run.

        Args:
            problem: What is wrong.
            at: Its place; by default where the program is now.
            fix: What to do.
            about: The place of the declaration, if *at* is in a file that the program only names.
            field: The field that it is about, as the program writes it.
        """
        self.told += 1
        if LACKING in problem:
            return
        problem, fix = self.syntax.speak(problem), fix and self.syntax.speak(fix)
        found = ProgramError(problem, at=at or self.here(), fix=fix, field=field)
        if str(found) not in {str(f) for f in self.errors}:
            self.errors.append(found)
            if about is not None:
                self._about[found] = about

    def in_order(self, errors: Iterable[DssdslError]) -> list[DssdslError]:
        """Sort errors by their place in the program; those of an imported module come first."""
        files: dict[str, int] = {}

        def place(error: DssdslError) -> tuple[Any, ...]:
            chain = (
                (self._about.get(error) or error.at or "")
                .partition(" and ")[0]
                .split(", called at ")
            )
            lines = []
            for each in reversed(chain):
                name, _, line = each.rpartition(":")
                lines.append(
                    (files.setdefault(name, len(files)), int(line)) if line.isdigit() else (0, 0)
                )
            own = chain[-1].rpartition(":")[0] in (self.file, "")
            return own, lines

        return sorted(errors, key=place)

    def warn(self, text: str, *, at: str | None = None) -> None:
        """Record a warning."""
        line = f"{self.syntax.speak(text)} ({at or self.here()})"
        if line not in self.warnings:
            self.warnings.append(line)

    def here(self) -> str:
        """Where the program is now: ``project.py:12``, with the caller's place for a component."""
        if self.position:
            return self.position
        frames = user_frames()
        places = [f"{self.shown(f.f_code.co_filename)}:{f.f_lineno}" for f in frames]
        if not places:
            return "?"
        # One component can be called many times: the line of the call tells which.
        return places[0] if len(places) == 1 else f"{places[0]}, called at {places[-1]}"

    def shown(self, path: str) -> str:
        """A path as the user would write it."""
        if path not in self._shown:
            try:
                self._shown[path] = (
                    Path(path).resolve().relative_to(self.folder.resolve()).as_posix()
                )
            except ValueError:
                self._shown[path] = path
        return self._shown[path]

    def lookup(
        self, name: str, project: Resource | None, kinds: tuple[str, ...]
    ) -> Resource | None:
        """The declared resource of one of *kinds* that a plain string names, if any."""
        prefix, _, local = name.rpartition(".")
        owner = self.find_project(prefix) if prefix else project
        if owner is None:
            return None
        for kind in kinds:
            if found := self.keys.get(Key(owner.identity, kind, local)):
                return found
        return None

    def find_project(self, key: str) -> Resource | None:
        """The declared project that *key* names, with or without the stack's suffix."""
        for project in self.projects:
            if key in (project.identity, project.identity.removesuffix(self.target.suffix)):
                return project
        return None


_CURRENT: ContextVar[Program | None] = ContextVar("program", default=None)


def loading() -> bool:
    """Whether a program is being declared."""
    return _CURRENT.get() is not None


def current() -> Program:
    """The program that is being declared; outside of one, a new one that nothing else uses."""
    return _CURRENT.get() or Program()


def user_frames() -> list[FrameType]:
    """The frames of the user's own files, innermost first, without those that load the program."""
    frames: list[FrameType] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith((PACKAGE, "<")) or frame.f_globals.get("__name__", "").startswith(
            "pydantic."
        ):
            if frames:  # below the program only the machinery that loads it
                break
        else:
            frames.append(frame)
        frame = frame.f_back
    return frames
