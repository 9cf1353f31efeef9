"""Chooses the stack of a program and fills in its defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dssdsl.errors import ProgramError
from dssdsl.lang.near import did_you_mean
from dssdsl.lang.program import Target

from .file import SettingsFile
from .identity import program_name
from .merging import merged
from .overrides import overridden
from .values import (
    EMULATED,
    EMULATOR_HOST,
    FILE,
    PROGRAMS,
    STACK_VARIABLE,
    EmulatorSettings,
    Settings,
)

ALWAYS = {"filesystem_managed": "Filesystem", "filesystem_folders": "Filesystem"}
"""Connections of every fresh DSS, and so of every emulator."""


def load(
    program: Path, stack: str | None = None, overrides: Mapping[str, str] | None = None
) -> Settings:
    """
    Settings of the stack that *program* is deployed to.

    Args:
        program: The program's file or folder; the toml is beside it, or in a folder above it.
        stack: The stack's name; by default ``DSSDSL_STACK``, then the toml's ``default_stack``, then its only stack,
            then ``local``.
        overrides: Config values by name, as text from the command line; they replace the stack's own.

    Raises:
        ProgramErrors: Everything that is wrong in the toml, with file and line; or overrides of a wrong type.
        ProgramError: The stack does not exist.
    """
    beside = (program if program.is_dir() else program.parent).absolute()
    file = _file(beside)
    name, explicit = _choose(file, stack)
    own = dict(file.stacks.get(name, {})) if file else {}
    values = merged(file.defaults if file else {}, own, emulated=name == EMULATED and not own)
    folder = file.path.parent if file else beside
    emulator = _emulator(values, name, folder)
    main = file.path.parent / file.program if file and file.program else program / PROGRAMS[0]
    bundle = values.get("ca_bundle")
    return Settings(
        name=name,
        host=EMULATOR_HOST if emulator else values["host"].rstrip("/"),
        folder=folder,
        program=program_name(main if program.is_dir() else program, file),
        config=overridden(values["config"], overrides or {}),
        suffix=values.get("project_key_suffix", ""),
        owner=values.get("owner"),
        store=values.get("store", "dss"),
        verify=False if values.get("insecure") else str(folder / bundle) if bundle else True,
        timeout=float(values.get("timeout", 120.0)),
        parallel=values.get("parallel", 8),
        lock_timeout=float(values.get("lock_timeout", 0)),
        history=values.get("history"),
        journal=folder / values["journal"] if "journal" in values else None,
        emulator=emulator,
        source=file.path if file else None,
        explicit=explicit,
        variable=values.get("api_key", {}).get("env"),
        added=frozenset(overrides or ()) - frozenset(values["config"]),
    )


def target(settings: Settings) -> Target:
    """The part of the settings that a program can read."""
    return Target(
        name=settings.name,
        host=settings.host,
        config=settings.config,
        suffix=settings.suffix,
        owner=settings.owner,
        added=settings.added,
    )


def find(folder: Path) -> Path | None:
    """The ``dssdsl.toml`` of *folder*, or of the nearest folder above it in the same Git repository."""
    for each in (folder, *folder.parents):
        if (each / FILE).is_file():
            return each / FILE
        if (each / ".git").exists():
            return None
    return None


def program_folder(folder: Path) -> Path:
    """
    The folder of the program that *folder* belongs to: the nearest one with a program or a ``dssdsl.toml``.

    It is *folder* itself or above it, in the same Git repository or below the same ``dssdsl.toml``.
    """
    toml = find(folder)
    above = [folder, *folder.parents]
    top = next(
        (each for each in above if (each / ".git").exists()), toml.parent if toml else folder
    )
    for each in above[: above.index(top) + 1]:
        if any((each / name).is_file() for name in (*PROGRAMS, FILE)):
            return each
    return folder


def default_program(folder: Path) -> Path:
    """
    The program to use when a command names none.

    Raises:
        ProgramError: There is none.
    """
    file = _file(folder.absolute())
    if file and file.program:
        return file.path.parent / file.program
    for name in PROGRAMS:
        if (folder / name).is_file():
            return folder / name
    raise ProgramError(
        f"no program in {folder}",
        fix=f'pass its file, call it project.py, or add program = "FILE" to {FILE}',
    )


def _file(folder: Path) -> SettingsFile | None:
    path = find(folder)
    return SettingsFile.read(path) if path else None


def _choose(file: SettingsFile | None, asked: str | None) -> tuple[str, bool]:
    """The stack's name, and whether somebody named it."""
    named = asked or os.environ.get(STACK_VARIABLE) or (file.default_stack if file else None)
    known = list(file.stacks) if file else []
    if named is None:
        if len(known) == 1:
            return known[0], True
        if not known or EMULATED in known:
            return EMULATED, bool(known)
        raise ProgramError(
            f"no stack chosen: {', '.join(known)}, or {EMULATED} for the emulator",
            at=str(file.path) if file else None,
            fix=f'pass --stack {known[0]}, set {STACK_VARIABLE}, or add default_stack = "{known[0]}" to {FILE}',
        )
    if named in known or named == EMULATED:
        return named, True
    raise ProgramError(
        f'there is no stack "{named}"',
        at=str(file.path) if file else None,
        fix=_known_stacks(named, [*known, EMULATED])
        if file
        else f"add [stacks.{named}] with its host to {FILE} beside the program",
    )


def _known_stacks(named: str, known: list[str]) -> str:
    return did_you_mean(named, known) or f"the stacks are {', '.join(dict.fromkeys(known))}"


def _emulator(values: Mapping[str, Any], name: str, folder: Path) -> EmulatorSettings | None:
    wanted = values.get("emulator")
    if wanted in (None, False):
        return None
    own = f".dssdsl/emulator{'' if name == EMULATED else f'-{name}'}"
    data = wanted.get("data", own) if isinstance(wanted, dict) else own
    return EmulatorSettings(
        data=folder / data,
        connections={**ALWAYS, **values.get("connections", {})},
        code_envs=tuple(values.get("code_envs", ())),
        users=tuple(values.get("users", ())),
    )
