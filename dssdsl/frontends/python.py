"""Runs a program that is written in Python."""

from __future__ import annotations

import builtins
import contextlib
import difflib
import importlib
import importlib.abc
import importlib.machinery
import os
import re
import sys
import sysconfig
import traceback
import types
from typing import TYPE_CHECKING, Any

import dssdsl
from dssdsl.errors import Cancelled, DssdslError
from dssdsl.lang.program import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dssdsl.lang.program import Program

INSTALLED = tuple(
    dict.fromkeys(
        sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")
    )
)


def declare(path: Path, program: Program) -> None:
    """
    Run the program, so that what it declares goes into *program*, and what is wrong into its faults.

    What it prints goes to stderr: stdout belongs to the command.

    Args:
        path: The program's file, absolute.
        program: Made current by the caller.

    Raises:
        Cancelled: The user stopped it.
    """
    try:
        code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        with _as_script(path) as namespace, _stdout_aside():
            exec(code, namespace)  # noqa: S102 - to run the program is what we are asked for
    except KeyboardInterrupt:
        raise Cancelled("stopped while the program ran; nothing was changed") from None
    except SystemExit as error:
        _ended(error, program)
    except DssdslError as error:
        for each in error.each():
            program.fault(each.problem, at=each.at or _place(error, program, path), fix=each.fix)
    except SyntaxError as error:
        shown = f"{program.shown(error.filename or str(path))}:{error.lineno or 1}"
        program.fault(f"{type(error).__name__}: {error.msg}", at=shown, fix=_line_of(error))
    except BaseException as error:  # noqa: BLE001 - whatever the user's code raises is the user's to see
        text = "".join(traceback.format_exception_only(error)).strip()
        if isinstance(error, ImportError):  # where dssdsl is installed helps nobody
            text = re.sub(r" \((/|\w:\\|unknown location).*\)$", "", text)
        program.fault(text, at=_place(error, program, path), fix=_hint(error, path))


def _ended(error: SystemExit, program: Program) -> None:
    if error.code is None or error.code == 0:
        return
    how = f"with exit code {error.code}" if isinstance(error.code, int) else f'with "{error.code}"'
    program.fault(
        f"the program ended itself {how}", at=_place(error, program), fix="let it run to its end"
    )


def _frames(error: BaseException, program: Program) -> list[str]:
    """The places in the user's files that the error passed, innermost first."""
    found = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith((PACKAGE + os.sep, "<"))
    ]
    own = [(name, line) for name, line in found if not name.startswith(INSTALLED)]
    return [f"{program.shown(name)}:{line}" for name, line in reversed(own or found)]


def _place(error: BaseException, program: Program, path: Path | None = None) -> str:
    places = _frames(error, program)
    return ", called at ".join(places) if places else program.shown(str(path)) if path else "?"


def _line_of(error: SyntaxError) -> str | None:
    return f"look at: {error.text.strip()}" if error.text and error.text.strip() else None


def _hint(error: BaseException, path: Path) -> str | None:
    if isinstance(error, ModuleNotFoundError):
        return _missing(error.name or "", path)
    if isinstance(error, ImportError) and error.name == "dssdsl":
        name = re.search(r"cannot import name '(\w+)'", str(error))
        return _meant(name[1], dir(dssdsl)) if name else None
    if isinstance(error, AttributeError) and error.name:
        return _meant(error.name, [n for n in dir(error.obj) if not n.startswith("_")])
    if isinstance(error, NameError) and error.name:
        names = [n for n in dir(dssdsl) if not n.startswith("_")]
        if error.name in names:
            return f"from dssdsl import {error.name}"
        return _meant(error.name, [*_names_at(error), *names])
    return None


def _names_at(error: BaseException) -> list[str]:
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return [*frames[-1].f_locals, *frames[-1].f_globals, *dir(builtins)] if frames else []


def _meant(name: str, known: Sequence[str]) -> str | None:
    by_lower = {k.lower(): k for k in known}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return f'did you mean "{by_lower[close[0]]}"?' if close else None


def _missing(name: str, path: Path) -> str:
    if name.startswith("dssdsl."):
        return "everything is imported from dssdsl itself: from dssdsl import …"
    top = name.partition(".")[0]
    beside = [p.stem for p in path.parent.iterdir() if p.suffix == ".py" or p.is_dir()]
    if near := difflib.get_close_matches(top, [b for b in beside if b != path.stem], n=1):
        return f'did you mean "{near[0]}", which is beside the program?'
    return f"pip install {top}, or put {top}.py beside {path.name} if it is yours"


@contextlib.contextmanager
def _stdout_aside() -> Iterator[None]:
    """Let what the program prints, and what processes print that it starts, go to stderr."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        with contextlib.suppress(OSError, ValueError):
            if sys.__stdout__ is not None:
                sys.__stdout__.flush()
            kept = os.dup(1)
            stack.callback(os.close, kept)
            os.dup2(2, 1)
            stack.callback(os.dup2, kept, 1)
        yield


@contextlib.contextmanager
def _as_script(path: Path) -> Iterator[dict[str, Any]]:
    """
    Make Python ready to run *path* as ``python path`` would, and put everything back afterwards.

    Modules beside the program are read anew each time: a process that loads it twice sees their changes, and two programs
    can both have a ``components`` of their own.
    """
    folder = path.parent
    main = types.ModuleType("__main__")
    main.__file__ = str(path)
    finder = _Beside(folder)
    paths, argv, before = list(sys.path), list(sys.argv), sys.modules["__main__"]
    aside = {name: module for name, module in sys.modules.items() if finder.shadows(name, module)}
    for name in aside:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    sys.argv[:] = [str(path)]
    sys.meta_path.insert(0, finder)
    sys.modules["__main__"] = main
    importlib.invalidate_caches()
    try:
        yield main.__dict__
    finally:
        sys.modules["__main__"] = before
        sys.meta_path.remove(finder)
        sys.argv[:] = argv
        sys.path[:] = paths
        for name in finder.found:
            sys.modules.pop(name, None)
        sys.modules.update(aside)


class _Beside(importlib.abc.MetaPathFinder):
    """Finds the modules in the program's folder, and notes which it found."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: list[str] = []
        self.names = {p.stem if p.suffix == ".py" else p.name for p in folder.iterdir()}

    def shadows(self, name: str, module: types.ModuleType) -> bool:
        """Whether *module*, which is loaded already, hides one of the program's."""
        top = name.partition(".")[0]
        if top not in self.names or top in ("dssdsl", "__main__"):
            return False
        places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
        return any(places) and not any(p.startswith(INSTALLED) for p in places if p)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None:
            return None
        places = [spec.origin or "", *(spec.submodule_search_locations or ())]
        if not any(self._ours(p) for p in places):
            return None
        self.found.append(fullname)
        if type(spec.loader) is importlib.machinery.SourceFileLoader:
            spec.loader = _Fresh(fullname, spec.loader.path)
        return spec

    def _ours(self, place: str) -> bool:
        return place.startswith(str(self.folder) + os.sep) and not place.startswith(
            (PACKAGE + os.sep, *INSTALLED)
        )


class _Fresh(importlib.machinery.SourceFileLoader):
    """Compiles from source each time: bytecode is told apart by whole seconds, and a test may be quicker."""

    def path_stats(self, path: str) -> Any:
        raise OSError(path)
