"""Replaces ``${config.x}``, ``${stack.x}``, ``${env.X}`` and ``${project.x}``; every other ``${…}`` is a variable of DSS."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from dssdsl.lang.functions import config
from dssdsl.lang.near import nearest

from .positions import scalar

if TYPE_CHECKING:
    from dssdsl.lang.program import Program

OURS = re.compile(r"\$\{(config|stack|env|project)\.([\w.-]+)(?::([^}]*))?\}")


def fill(text: str, program: Program) -> Any:
    """
    *text* with the values of the stack and of the environment filled in.

    A text that is one ``${…}`` and nothing else becomes the value itself: true stays true, a list a list.
    Errors are added to the program, at its position.
    """
    if whole := OURS.fullmatch(text):
        return _value(whole, program, typed=True)
    return OURS.sub(lambda found: _text(_value(found, program, typed=False), found, program), text)


def _value(found: re.Match[str], program: Program, *, typed: bool) -> Any:
    space, name, default = found.groups()
    if space == "config":
        program.read.add(name)
        if name in program.target.config or default is None:
            return config(name)
        return scalar(default) if typed else default
    if space == "env":
        if name not in os.environ and default is None:
            program.error(
                f'the environment variable "{name}" is not set',
                fix=f"export {name}=…, or write ${{env.{name}:DEFAULT}}",
            )
        return os.environ.get(name, default or "")
    known = _stack(program) if space == "stack" else _project(program)
    if name not in known:
        near = nearest(name, known)
        program.error(
            f"there is no ${{{space}.{name}}}",
            fix=f"did you mean ${{{space}.{near}}}?"
            if near
            else f"known: {', '.join(known)}"
            if known
            else "declare the project first",
        )
    return known.get(name, "")


def _stack(program: Program) -> dict[str, str]:
    return {"name": program.target.name, "host": program.target.host}


def _project(program: Program) -> dict[str, str]:
    project: Any = program.project
    return {"key": project.key, "url": project.url} if project is not None else {}


def _text(value: Any, found: re.Match[str], program: Program) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, dict)):
        program.error(
            f"{found[0]} is a list, and part of a longer text", fix="use it as the whole value"
        )
    return str(value)
