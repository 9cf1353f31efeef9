"""Creates the folder of a new program from a template: program, settings, tests, CI, notes for agents and editors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from .errors import ProgramError, ProgramErrors
from .lang.near import did_you_mean
from .settings import PROGRAMS
from .settings.keys import STACK, TOP

CI = ("github", "gitlab", "none")
EXAMPLE = "https://dss.example.com"
_COMMON, _CI = "_common", "_ci"
_WORD = re.compile(r"__([A-Z]+)__")


@frozen
class Answers:
    """
    What a new program needs to know.

    Attributes:
        name: The program's name, which ``dssdsl.toml`` holds.
        key: The project's key; the template of several projects appends to it.
        host: The address of DSS. Without one, the emulator is the default stack.
        ci: One of `CI`.
    """

    name: str
    key: str
    host: str | None = None
    ci: str = CI[0]


def key_of(name: str) -> str:
    """The project key for a program's name: ``sales-etl`` gives ``SALES_ETL``."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()


def name_of(folder: Path) -> str:
    """The program's name for a folder's name: ``Sales ETL`` gives ``Sales-ETL``."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name).strip("-._") or "program"


def templates() -> dict[str, str]:
    """The templates by name, each with a sentence about it."""
    found = sorted(p for p in _folder().iterdir() if p.is_dir() and not p.name.startswith("_"))
    return {path.name: _sentence(path) for path in found}


def create(template: str, folder: Path, answers: Answers) -> list[Path]:
    """
    Write the files of a new program.

    Args:
        template: One of `templates`.
        folder: Where to; it is created, or is empty but for a ``.git``.
        answers: What to fill in.

    Returns:
        The files, relative to *folder*.

    Raises:
        ProgramErrors: Everything that is wrong; nothing was written.
    """
    if errors := [*_errors(template, folder, answers)]:
        raise ProgramErrors(errors)
    files = _filled(template, answers)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return sorted(files)


def _folder() -> Path:
    """The templates: inside an installed package, or beside the package in a clone."""
    package = Path(__file__).parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def _sentence(template: Path) -> str:
    text = (template / "README.md").read_text(encoding="utf-8")
    return " ".join(text.split("\n\n")[1].split())


def _errors(template: str, folder: Path, answers: Answers) -> Iterator[ProgramError]:
    known = templates()
    if template not in known:
        yield ProgramError(
            f'there is no template "{template}"',
            fix=did_you_mean(template, known) or f"the templates are {', '.join(known)}",
        )
    if folder.exists() and not folder.is_dir():
        yield ProgramError(f"{folder} is a file", fix="name a folder that doesn't exist yet")
    elif there := sorted(p.name for p in folder.glob("*") if p.name != ".git"):
        names = ", ".join(there[:3]) + (" …" if there[3:] else "")
        yield ProgramError(
            f"the folder {folder} is not empty: it has {names}",
            fix=f"name a new folder: dssdsl new {template if template in known else 'simple'} DIR",
        )
    accepts, what = TOP["name"]
    if not accepts(answers.name):
        yield ProgramError(f'"{answers.name}" cannot be the name of a program', fix=f"use {what}")
    if not re.fullmatch(r"[A-Za-z0-9_]+", answers.key):
        proposed = key_of(answers.key) or "SALES"
        yield ProgramError(
            f'"{answers.key}" cannot be a project key',
            fix=f'a key has letters, digits and underscores, such as "{proposed}"',
        )
    accepts, what = STACK["host"]
    if answers.host is not None and not accepts(answers.host):
        yield ProgramError(f'"{answers.host}" cannot be a host', fix=f"a host is {what}")


def _filled(template: str, answers: Answers) -> dict[Path, str]:
    """The contents of all files; the words ``__NAME__`` and so on are replaced."""
    top = _folder()
    sources = [top / _COMMON, top / template]
    if answers.ci != "none":
        sources.append(top / _CI / answers.ci)
    found = {
        path.relative_to(source): path
        for source in sources
        for path in source.rglob("*")
        if path.is_file() and not {"__pycache__", ".dssdsl"} & {*path.parts}
    }
    words = {
        "NAME": answers.name,
        "KEY": answers.key,
        "HOST": answers.host or EXAMPLE,
        "STACK": "dev" if answers.host else "local",
        "PROGRAM": next(name for name in PROGRAMS if Path(name) in found),
    }
    return {
        path: _WORD.sub(lambda m: words.get(m[1], m[0]), source.read_text(encoding="utf-8"))
        for path, source in found.items()
    }
