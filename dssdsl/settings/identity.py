"""Names a program: its identity in state, locks, saved plans and the journal."""

from __future__ import annotations

from pathlib import Path

from .file import SettingsFile
from .values import ProgramName


def program_name(program: Path, file: SettingsFile | None) -> ProgramName:
    """
    The name of *program*.

    One toml can serve several programs: ``name`` belongs to its ``program``, or to ``project.py`` beside it; another
    program adds its path, such as ``sales/flows/daily``.

    Args:
        program: The program's file.
        file: Its toml.
    """
    folder = program.absolute().parent.resolve()
    own = () if program.stem == "project" else (program.stem,)
    former = own[0] if own else folder.name
    if file is None or file.name is None:
        return ProgramName(former, derived="file" if own else "folder", former=former)
    root = file.path.parent.resolve()
    if file.program and folder / program.name == (root / file.program).resolve():
        return ProgramName(file.name, derived="", former=former)
    parts = (file.name, *_relative(folder, root), *own)
    return ProgramName("/".join(parts), derived="", former=former)


def _relative(folder: Path, root: Path) -> tuple[str, ...]:
    return folder.relative_to(root).parts if folder.is_relative_to(root) else (folder.name,)
