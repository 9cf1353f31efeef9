"""Runs a file as ``python FILE`` does, without traces in this process."""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import os
import sys
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dssdsl.lang.program import PACKAGE

from .exceptions import INSTALLED


@contextlib.contextmanager
def stdout_aside() -> Iterator[None]:
    """Redirect stdout to stderr, for this process and those that it starts."""
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
def as_script(path: Path) -> Iterator[dict[str, Any]]:
    """
    Prepare Python to run *path* as ``python path`` would, and restore everything afterwards.

    It reads modules beside the program again each time, so that a process that loads it twice sees their changes, and two
    programs can each have a module ``components``.

    Returns:
        The namespace for the file.
    """
    main = types.ModuleType("__main__")
    main.__file__ = str(path)
    finder = _Beside(path.parent)
    paths, argv, before = list(sys.path), list(sys.argv), sys.modules["__main__"]
    aside = {name: module for name, module in sys.modules.items() if finder.shadows(name, module)}
    for name in aside:
        del sys.modules[name]
    sys.path.insert(0, str(path.parent))
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
    """Finds the modules in the program's folder, and records their names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: list[str] = []
        self.names = {p.stem if p.suffix == ".py" else p.name for p in folder.iterdir()}

    def shadows(self, name: str, module: types.ModuleType) -> bool:
        """Whether *module*, loaded before, hides a module of the program."""
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
        if not any(self._is_own(p) for p in places):
            return None
        self.found.append(fullname)
        if type(spec.loader) is importlib.machinery.SourceFileLoader:
            spec.loader = _Fresh(fullname, spec.loader.path)
        return spec

    def _is_own(self, place: str) -> bool:
        return place.startswith(str(self.folder) + os.sep) and not place.startswith(
            (PACKAGE + os.sep, *INSTALLED)
        )


class _Fresh(importlib.machinery.SourceFileLoader):
    """Compiles from source each time: Python checks bytecode by whole seconds, and two loads can be closer together."""

    def path_stats(self, path: str) -> Any:
        raise OSError(path)
