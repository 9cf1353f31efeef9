"""Files in, a program and its graph out; nobody is asked anything."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from dssdsl.errors import Faults, ProgramError
from dssdsl.lang import graph
from dssdsl.lang.program import Program, Target

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("project.py", "project.yaml", "project.yml", "project.json")
"""What the program of a folder may be called."""
SUFFIXES = (".py", ".yaml", ".yml", ".json")


def load(path: Path, target: Target) -> tuple[Program, graph.Graph]:
    """
    Read the program at *path*.

    Args:
        path: A ``.py``, ``.yaml``, ``.yml`` or ``.json`` file, or a folder with a ``project.py`` or ``project.yaml``.
        target: The stack it is deployed to.

    Raises:
        Faults: Everything that is wrong with it.
        ProgramError: There is no such file, or it is no program.
        Cancelled: The user stopped it.
    """
    file = find(path).absolute()
    program = Program(target=target, folder=file.parent, file=file.name)
    with program.active():
        if file.suffix == ".py":
            from .python import declare
        else:
            from .yaml import declare
        declare(file, program)
        if not program.projects and not program.faults:
            program.fault(
                "the program declares no project",
                at=file.name,
                fix='write Project("SALES") first'
                if file.suffix == ".py"
                else "write project: {key: SALES} first",
            )
        program.position = file.name
        found = graph.build(program)
        graph.check(program, found)
        program.position = None
    if program.faults:
        raise Faults(program.in_order(program.faults))
    return program, found


def find(path: Path) -> Path:
    """
    The program's file.

    Raises:
        ProgramError: It is not there, or no program.
    """
    if path.is_dir():
        for name in NAMES:
            if (path / name).is_file():
                return path / name
        raise ProgramError(
            f"the folder {path} has no project.py or project.yaml",
            fix="name the program's file",
        )
    if not path.is_file():
        raise ProgramError(f"there is no file {path}", fix=_near(path))
    if path.suffix not in SUFFIXES:
        raise ProgramError(
            f"{path} is no program",
            fix=f"a program ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}",
        )
    return path


def _near(path: Path) -> str | None:
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    names = sorted(p.name for p in path.parent.iterdir() if p.suffix in SUFFIXES or p.is_dir())
    close = difflib.get_close_matches(path.name, names, n=2, cutoff=0.5)
    if not close:
        close = [n for n in names if n in NAMES]
    return f"did you mean {' or '.join(str(path.parent / n) for n in close)}?" if close else None
