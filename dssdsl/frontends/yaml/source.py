"""The file that is being read: where its errors go, and what its plain values are."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from attrs import define

from dssdsl.lang.functions import file_in
from dssdsl.lang.program import Program

from . import interpolation
from .positions import Map, Seq


@define
class Source:
    """
    The program's YAML or JSON file.

    Attributes:
        program: What it declares.
        name: Its name in messages.
    """

    program: Program
    name: str

    @contextlib.contextmanager
    def at(self, line: int | None) -> Iterator[None]:
        """Give errors of the body this line."""
        before = self.program.position
        self.program.position = f"{self.name}:{line}" if line else before or self.name
        try:
            yield
        finally:
            self.program.position = before

    def error(self, problem: str, line: int, fix: str | None) -> None:
        """Add an error to the program."""
        self.program.error(problem, at=f"{self.name}:{line}", fix=fix)

    def plain(self, raw: Any, line: int | None = None) -> Any:
        """*raw* as plain lists and dicts, with ``${config.x}`` and the like filled in."""
        if isinstance(raw, Map):
            return {k: self.plain(v, raw.lines[k]) for k, v in raw.items()}
        if isinstance(raw, Seq):
            return [self.plain(v, at) for v, at in zip(raw, raw.lines, strict=True)]
        if isinstance(raw, str) and "${" in raw:
            with self.at(line):
                return interpolation.fill(raw, self.program)
        return raw

    def file(self, raw: Any, line: int) -> Any:
        """The file at the path *raw*, relative to the program's folder."""
        with self.at(line):
            return file_in(self.program.folder, str(self.plain(raw, line)))


def described(value: Any) -> str:
    """The type of *value*, for a message."""
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a string",
        type(None): "empty",
    }
    return kinds.get(type(value), "a list" if isinstance(value, list) else "a mapping")
