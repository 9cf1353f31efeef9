"""Reports exceptions of a Python program as errors, each with its place and a hint."""

from __future__ import annotations

import ast
import builtins
import os
import re
import sysconfig
import traceback
from collections.abc import Sequence
from pathlib import Path

import dssdsl
from dssdsl import public
from dssdsl.errors import DssdslError
from dssdsl.lang import absent
from dssdsl.lang.near import nearest
from dssdsl.lang.program import PACKAGE, Program

INSTALLED = tuple(
    dict.fromkeys(
        sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")
    )
)
"""Folders of Python itself and of installed packages."""


def report(error: BaseException, program: Program, path: Path) -> None:
    """Report what ended the program early."""
    if isinstance(error, SystemExit):
        exited(error, program)
    elif isinstance(error, DssdslError):
        raised(error, program, path)
    elif isinstance(error, SyntaxError):
        does_not_parse(error, program, path)
    else:
        failed(error, program, path)


def exited(error: SystemExit, program: Program) -> None:
    """Report that the program called ``sys.exit``, unless with success."""
    if error.code is None or error.code == 0:
        return
    how = f"with code {error.code}" if isinstance(error.code, int) else f'with "{error.code}"'
    program.error(
        f"the program exited {how}", at=_place(error, program), fix="remove the call of sys.exit"
    )


def raised(error: DssdslError, program: Program, path: Path) -> None:
    """Report an error of dssdsl that the program let pass."""
    for each in error.each():
        program.error(each.problem, at=each.at or _place(error, program, path), fix=each.fix)


def does_not_parse(error: SyntaxError, program: Program, path: Path) -> None:
    """Report a syntax error, with the line that has it."""
    at = f"{program.shown(error.filename or str(path))}:{error.lineno or 1}"
    line = (error.text or "").strip()
    program.error(
        f"{type(error).__name__}: {error.msg}", at=at, fix=f"look at: {line}" if line else None
    )


def failed(error: BaseException, program: Program, path: Path) -> None:
    """Report any other exception."""
    if isinstance(error, ImportError) and error.name == "dssdsl" and _imports(error, program):
        return
    text = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, ImportError):  # the user does not need the path of the installed package
        text = re.sub(r" \((/|\w:\\|unknown location).*\)$", "", text)
    program.error(text, at=_place(error, program, path), fix=_hint(error, path))


def _imports(error: ImportError, program: Program) -> bool:
    """Report every name that the failing file imports from dssdsl and that is not there."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    path = Path(frames[-1].f_code.co_filename) if frames else Path()
    if not path.is_file():
        return False
    found = [
        (name.name, name.lineno)
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ImportFrom) and node.module == "dssdsl" and not node.level
        for name in node.names
        if name.name not in (*public.HOME, "*", "__version__")
    ]
    places = _place(error, program).partition(", called at ")
    for name, line in found:
        at = f"{places[0].rpartition(':')[0]}:{line}{places[1]}{places[2]}"
        program.error(f'dssdsl has no "{name}"', at=at, fix=_name_hint(name))
    return bool(found)


def _name_hint(name: str) -> str | None:
    """What to do about a name that dssdsl does not have."""
    near = nearest(name, [*public.HOME, *absent.CLASSES])
    return (
        absent.CLASSES.get(name) or absent.CLASSES.get(near or "") or _meant(name, [*public.HOME])
    )


def _place(error: BaseException, program: Program, path: Path | None = None) -> str:
    """The user's lines that the exception passed, innermost first."""
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith((PACKAGE + os.sep, "<"))
    ]
    own = [(name, line) for name, line in frames if not name.startswith(INSTALLED)]
    places = [f"{program.shown(name)}:{line}" for name, line in reversed(own or frames)]
    if places:
        return ", called at ".join(places)
    return program.shown(str(path)) if path else "?"


def _hint(error: BaseException, path: Path) -> str | None:
    if isinstance(error, ModuleNotFoundError):
        return _missing_module(error.name or "", path)
    if isinstance(error, AttributeError) and error.name and error.obj is dssdsl:
        return _name_hint(error.name)
    if isinstance(error, AttributeError) and error.name:
        return _meant(error.name, [n for n in dir(error.obj) if not n.startswith("_")])
    if isinstance(error, NameError) and error.name:
        names = [n for n in sorted(public.HOME) if not n.startswith("_")]
        if error.name in names:
            return f"from dssdsl import {error.name}"
        return _meant(error.name, [*_names_at(error), *names]) or absent.CLASSES.get(error.name)
    return None


def _names_at(error: BaseException) -> list[str]:
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return [*frames[-1].f_locals, *frames[-1].f_globals, *dir(builtins)] if frames else []


def _meant(name: str, known: Sequence[str]) -> str | None:
    near = nearest(name, known)
    return f'did you mean "{near}"?' if near else None


def _missing_module(name: str, path: Path) -> str:
    if name.startswith("dssdsl."):
        return "import everything from dssdsl itself: from dssdsl import …"
    top = name.partition(".")[0]
    beside = [p.stem for p in path.parent.iterdir() if p.suffix == ".py" or p.is_dir()]
    if near := nearest(top, [b for b in beside if b != path.stem]):
        return f'did you mean "{near}", which is beside the program?'
    return f"pip install {top}, or add {top}.py beside {path.name}"
