"""What one program declared, and the few functions by which it does."""

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from attrs import define, field, frozen

from dssdsl.errors import DssdslError, ProgramError
from dssdsl.hidden import Hidden, hiding

from .keys import Key
from .near import close as near_names
from .syntax import Syntax
from .values import File

if TYPE_CHECKING:
    from .hooks import Hook
    from .resource import Resource

T = TypeVar("T")
PACKAGE = str(Path(__file__).parents[1])


@frozen
class Target:
    """
    The stack that a program is deployed to, as far as the program may know it.

    Attributes:
        name: Such as ``dev``.
        host: Where its DSS is.
        config: The stack's values, read by ``config()``.
        suffix: What is added to each project's key.
        owner: The login that owns new projects, where the program does not say.
    """

    name: str = "local"
    host: str = "http://emulator"
    config: Mapping[str, Any] = field(factory=dict)
    suffix: str = ""
    owner: str | None = None


@define
class Program:
    """
    The resources that a program declared, its exports, and its faults.

    Attributes:
        folder: The folder of the program's file; positions are shown relative to it.
        hidden: The secrets that the program uses.
        position: Where in a YAML file the frontend is, which has no frames of its own.
        syntax: How hints spell a declaration.
        file: The name of the program's own file, the others being its modules.
        told: How often something was found wrong; a loop may repeat a fault that is noted once.
    """

    target: Target = field(factory=Target)
    folder: Path = field(factory=Path.cwd)
    resources: list[Resource] = field(factory=list)
    keys: dict[Key, Resource] = field(factory=dict)
    exports: dict[str, Any] = field(factory=dict)
    faults: list[DssdslError] = field(factory=list)
    warnings: list[str] = field(factory=list)
    projects: list[Resource] = field(factory=list)
    zones: list[Resource] = field(factory=list)
    policies: list[Callable[..., Any]] = field(factory=list)
    hooks: dict[str, list[Hook]] = field(factory=lambda: {"before": [], "after": []})
    hidden: Hidden = field(factory=hiding)
    position: str | None = None
    syntax: Syntax = field(factory=Syntax)
    file: str = ""
    told: int = 0
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
        """Let declarations go into this program for a while."""
        token = _CURRENT.set(self)
        try:
            with self.hidden.active():
                yield self
        finally:
            _CURRENT.reset(token)

    def fault(
        self,
        problem: str,
        *,
        at: str | None = None,
        fix: str | None = None,
        about: str | None = None,
        field: str | None = None,
    ) -> None:
        """
        Note what is wrong with the program; all of it is reported in one run.

        Args:
            problem: What is wrong.
            at: Where; left out, where the program is now.
            fix: What would make it right.
            about: The place in the program that it is about, if *at* is in a file that the program only names.
            field: The field that it is about, as the program writes it.
        """
        self.told += 1
        found = ProgramError(problem, at=at or self.here(), fix=fix, field=field)
        if str(found) not in {str(f) for f in self.faults}:
            self.faults.append(found)
            if about is not None:
                self._about[found] = about

    def in_order(self, faults: Iterable[DssdslError]) -> list[DssdslError]:
        """Sort faults by where in the program they are; what a module does while it is imported comes first."""
        files: dict[str, int] = {}

        def place(fault: DssdslError) -> tuple[Any, ...]:
            chain = (
                (self._about.get(fault) or fault.at or "")
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

        return sorted(faults, key=place)

    def warn(self, text: str, *, at: str | None = None) -> None:
        """Note what looks wrong and may be meant."""
        line = f"{text} ({at or self.here()})"
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
        """The declared resource of one of *kinds* that a plain string names, if there is one."""
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


def current() -> Program:
    """The program that is being declared; outside of one, a new one that nobody else sees."""
    return _CURRENT.get() or Program()


def user_frames() -> list[FrameType]:
    """The frames of the user's own files, innermost first; those that run the program left out."""
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


class StackName:
    """The stack that the program is deployed to; compare ``stack.name``, not ``stack``."""

    @property
    def name(self) -> str:
        """The stack's name, such as ``dev``."""
        return current().target.name

    @property
    def host(self) -> str:
        """Where the stack's DSS is."""
        return current().target.host

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            current().fault(
                f'stack is compared with "{other}"', fix=f'compare stack.name == "{other}"'
            )
        return self is other

    __hash__ = object.__hash__


stack = StackName()

_MISSING: Any = object()


@overload
def config(name: str) -> str: ...
@overload
def config(name: str, *, default: None) -> str | None: ...
@overload
def config(name: str, *, default: T) -> T: ...
@overload
def config(name: str, *, type: type[T]) -> T: ...


def config(name: str, *, default: Any = _MISSING, type: Any = None) -> Any:
    """
    The value that the stack's configuration has under *name*.

    Args:
        name: As in ``dssdsl.toml``: ``config = { warehouse = "snowflake_dev" }``.
        default: What it is where the stack does not say.
        type: ``str``, ``int``, ``bool``, ``float`` or ``list[str]``: what the value must be.
    """
    program = current()
    if name not in program.target.config:
        if default is not _MISSING:
            return default
        program.fault(
            f'stack "{program.target.name}" has no config "{name}"',
            fix=f"add {name} to the stack's config in dssdsl.toml, or pass --config {name}=VALUE",
        )
        return (
            type()
            if type in (int, bool, float)
            else []
            if type == list[str]
            else f"<config {name}>"
        )
    value = program.target.config[name]
    expected = type or (
        builtins.type(default) if default is not _MISSING and default is not None else None
    )
    if expected is not None and not _is(value, expected):
        program.fault(
            f'config "{name}" of stack "{program.target.name}" is {value!r}, not {_named(expected)}',
            fix=f"write it as {_named(expected)} in dssdsl.toml",
        )
        return default if default is not _MISSING else expected()
    return value


def _is(value: Any, expected: Any) -> bool:
    if expected == list[str] or expected is list:
        return isinstance(value, list) and all(isinstance(v, str) for v in value)
    if expected is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if expected is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, expected)


def _named(expected: Any) -> str:
    return getattr(expected, "__name__", str(expected)) if expected != list[str] else "list[str]"


def export(name: str, value: object) -> None:
    """Show *value* as an output of the deployment, under *name*."""
    program = current()
    if name in program.exports:
        program.fault(f'the output "{name}" is exported twice', fix="choose another name for one")
    program.exports[name] = value


def caller_folder() -> Path:
    frames = user_frames()
    return Path(frames[0].f_code.co_filename).parent if frames else current().folder


def file(path: str) -> File:
    """A file of the program, *path* relative to the source file that calls this."""
    return file_in(caller_folder(), path)


def file_in(root: Path, path: str) -> File:
    """A file of the program, *path* relative to *root*."""
    found = root / path
    if not found.is_file():
        current().fault(
            f'no file "{path}" in {current().shown(str(root)) if root != current().folder else "the program’s folder"}',
            fix=_near_file(root, found) or "paths are relative to the file that names them",
        )
        return NoFile(found, root)
    return File(found, root)


def _near_file(root: Path, missing: Path) -> str | None:
    """A hint that names the file that *missing* was meant to be, if one is near: beside it, or of its name elsewhere."""
    beside = (
        [p.name for p in missing.parent.iterdir() if p.is_file()] if missing.parent.is_dir() else []
    )
    close = [missing.parent / name for name in near_names(missing.name, beside, 1)]
    close = close or [
        p for p in (root / missing.name, *sorted(root.glob(f"*/{missing.name}"))) if p.is_file()
    ]
    return f'did you mean "{Path(os.path.relpath(close[0], root)).as_posix()}"?' if close else None


class NoFile(File):
    """Stands in for a file that is not there; the fault is noted already."""

    @property
    def text(self) -> str:
        return ""


def files(pattern: str) -> list[File]:
    """The files that match a glob, such as ``lib/**/*.py``, in order of their paths."""
    root = caller_folder()
    found = sorted(p for p in root.glob(pattern) if p.is_file() and "__pycache__" not in p.parts)
    if not found:
        current().fault(
            f'no file matches "{pattern}"', fix="paths are relative to the file that names them"
        )
    return [File(path, root) for path in found]
