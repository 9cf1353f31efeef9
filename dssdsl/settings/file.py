"""A ``dssdsl.toml``, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from dssdsl.errors import ProgramErrors

from . import toml
from .checks import check


@frozen
class SettingsFile:
    """
    What a ``dssdsl.toml`` says.

    Attributes:
        path: Its file.
        defaults: Values of every stack.
        stacks: Values of each stack, by name.
        default_stack: The stack to use when neither a flag nor the environment names one.
        program: The program to use when a command names none, relative to the file.
        name: The program's name.
    """

    path: Path
    defaults: Mapping[str, Any] = field(factory=dict)
    stacks: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    default_stack: str | None = None
    program: str | None = None
    name: str | None = None

    @classmethod
    def read(cls, path: Path) -> SettingsFile:
        """
        Read the file.

        Raises:
            ProgramErrors: Everything that is wrong in it.
        """
        document, lines = toml.read(path)
        if errors := check(path, document, lines):
            raise ProgramErrors(errors)
        return cls(path, **document)
