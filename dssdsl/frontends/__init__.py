"""Loads a program: its file in, a Program and its graph out."""

from __future__ import annotations

from pathlib import Path

from dssdsl.errors import ProgramError, ProgramErrors
from dssdsl.lang import checks, graph
from dssdsl.lang.functions import check_added
from dssdsl.lang.near import close
from dssdsl.lang.program import Program, Target

SUFFIXES = (".py", ".yaml", ".yml", ".json")


def load(path: Path, target: Target) -> tuple[Program, graph.Graph]:
    """
    Load the program in *path*.

    Args:
        path: A ``.py``, ``.yaml``, ``.yml`` or ``.json`` file; `dssdsl.settings.default_program` knows that of a folder.
        target: The stack that it is deployed to.

    Raises:
        ProgramErrors: Everything that is wrong with it.
        ProgramError: There is no such file, or its suffix is unknown.
        Cancelled: The user interrupted it.
    """
    _check(path)
    file = path.absolute()
    program = Program(target=target, folder=file.parent, file=file.name)
    with program.active():
        if file.suffix == ".py":
            from .python import declare
        else:
            from .yaml import declare
        declare(file, program)
        if not program.projects and not program.errors:
            program.error(
                "the program declares no project",
                at=file.name,
                fix='write Project("SALES") first'
                if file.suffix == ".py"
                else "write project: {key: SALES} first",
            )
        program.position = file.name
        if not program.stopped:
            check_added(program)
        found = graph.build(program)
        checks.check(program, found)
        program.position = None
    if program.errors:
        raise ProgramErrors(program.in_order(program.errors))
    return program, found


def _check(path: Path) -> None:
    if not path.is_file():
        raise ProgramError(f"there is no file {path}", fix=_similar(path))
    if path.suffix not in SUFFIXES:
        raise ProgramError(
            f"{path} is not a program",
            fix=f"a program ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}",
        )


def _similar(path: Path) -> str | None:
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    programs = sorted(p.name for p in path.parent.iterdir() if p.suffix in SUFFIXES or p.is_dir())
    found = close(path.name, programs, 2) or [p for p in programs if Path(p).stem == "project"]
    return f"did you mean {' or '.join(str(path.parent / n) for n in found)}?" if found else None
