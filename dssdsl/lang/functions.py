"""The functions that programs call: config, stack, export, file, files, policy, before, after."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from .hooks import ACTIONS, Hook
from .near import close as near_names
from .near import did_you_mean
from .program import LACKING, Program, current, user_frames
from .values import File

if TYPE_CHECKING:
    from .model import OneOrMany

T = TypeVar("T")
J = TypeVar("J", bound=Callable[..., Any])


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
            current().error(
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
    A value of the stack's configuration.

    Args:
        name: As in ``dssdsl.toml``: ``config = { warehouse = "snowflake_dev" }``.
        default: The value if the stack does not set it.
        type: What the value must be: ``str``, ``int``, ``bool``, ``float`` or ``list[str]``.
    """
    program = current()
    program.read.add(name)
    if name not in program.target.config:
        if default is not _MISSING:
            return default
        if name in program.lacking:
            program.told += 1  # reported where it was read first
        else:
            program.lacking.add(name)
            program.error(
                f'stack "{program.target.name}" has no config "{name}"',
                fix=f"add {name} to the stack's config in dssdsl.toml, or pass --config {name}=VALUE",
            )
        return _stand_in(name, type)
    value = program.target.config[name]
    expected = type or (
        builtins.type(default) if default is not _MISSING and default is not None else None
    )
    if expected is not None and not _is(value, expected):
        program.error(
            f'config "{name}" of stack "{program.target.name}" is {value!r}, not {_named(expected)}',
            fix=f"write it as {_named(expected)} in dssdsl.toml",
        )
        return default if default is not _MISSING else _stand_in(name, expected)
    return value


def _stand_in(name: str, expected: Any) -> Any:
    """A value of the type that the program asks for, from which no further errors follow."""
    text = f"{LACKING}{name}{LACKING}"
    return {int: 1, float: 1.0, bool: False, list[str]: [text], list: [text]}.get(expected, text)


def check_added(program: Program) -> None:
    """Report config values of the command line that neither the stack nor the program knows."""
    names = sorted({*program.read, *program.target.config} - program.target.added)
    for name in sorted(program.target.added - program.read):
        program.error(
            f'neither the program nor stack "{program.target.name}" has a config value "{name}"',
            fix=did_you_mean(name, names)
            or (f"use one of {', '.join(names)}" if names else f"remove --config {name}=…"),
        )


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
        program.error(f'the output "{name}" is exported twice', fix="choose another name for one")
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
        current().error(
            f'no file "{path}" in {current().shown(str(root)) if root != current().folder else "the program’s folder"}',
            fix=_near_file(root, found) or "paths are relative to the file that names them",
        )
        return NoFile(found, root)
    return File(found, root)


def _near_file(root: Path, missing: Path) -> str | None:
    """A hint that names the file that *missing* may have meant: a similar name beside it, or the same name elsewhere."""
    beside = (
        [p.name for p in missing.parent.iterdir() if p.is_file()] if missing.parent.is_dir() else []
    )
    close = [missing.parent / name for name in near_names(missing.name, beside, 1)]
    close = close or [
        p for p in (root / missing.name, *sorted(root.glob(f"*/{missing.name}"))) if p.is_file()
    ]
    return f'did you mean "{Path(os.path.relpath(close[0], root)).as_posix()}"?' if close else None


class NoFile(File):
    """Stands in for a missing file; the error is recorded already."""

    @property
    def text(self) -> str:
        return ""


def files(pattern: str) -> list[File]:
    """The files that match a glob, such as ``lib/**/*.py``, in order of their paths."""
    root = caller_folder()
    found = sorted(p for p in root.glob(pattern) if p.is_file() and "__pycache__" not in p.parts)
    if not found:
        current().error(
            f'no file matches "{pattern}"', fix="paths are relative to the file that names them"
        )
    return [File(path, root) for path in found]


def policy(judge: J) -> J:
    """
    Register a function that sees each plan before anything is written.

    It yields `refuse(…)` and `warn(…)`, or returns nothing. All refusals of all policies are
    reported in one run, with the place of each policy in the program.
    """
    current().policies.append(judge)
    return judge


def before(*globs: str, action: OneOrMany[str] = ()) -> Callable[[J], J]:
    """
    Register a function that runs right before each matching step.

    If it raises, the step fails before it changes anything.

    Args:
        globs: Such as ``"dataset/*"``; none means all.
        action: Such as ``"delete"``, or several; none means all.
    """
    return _registered("before", globs, action)


def after(*globs: str, action: OneOrMany[str] = ()) -> Callable[[J], J]:
    """
    Register a function that runs right after each matching step, once the step is recorded.

    If it raises, the step counts as failed; its changes in DSS stay.

    Args:
        globs: Such as ``"dataset/*"``; none means all.
        action: Such as ``"delete"``, or several; none means all.
    """
    return _registered("after", globs, action)


def _registered(when: str, globs: tuple[str, ...], action: OneOrMany[str]) -> Callable[[J], J]:
    from .model import many  # loads pydantic, which `config` and `stack` do without

    program, actions = current(), tuple(many(action))
    if globs and callable(globs[0]):
        program.error(f"@{when} stands without brackets", fix=f"write @{when}()")
        globs = ()
    for each in actions:
        if each not in ACTIONS:
            program.error(f'there is no action "{each}"', fix=f"there are {', '.join(ACTIONS)}")

    def register(act: J) -> J:
        program.hooks[when].append(Hook(globs, actions, act))
        return act

    return register
