"""The files of a project: those on disk, and those that the next commit writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dssdsl.emulator.documents import Document, compact
from dssdsl.emulator.errors import illegal

from . import dss_json

_LONGEST = 255
"""How many bytes file systems give a name."""


class Files:
    """
    The files of a project. Changes are staged, until a commit writes them.

    Args:
        folder: The project's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts: dict[str, str | None] = {}
        self._staged: dict[str, bytes | None] = {}

    def text(self, path: str) -> str | None:
        """Return what a text file of the project holds, or None where there is none."""
        if path not in self._texts:
            checked(path)
            file = self.folder / path
            staged = self._staged.get(path)
            if staged is not None:
                self._texts[path] = staged.decode()
            elif file.is_file():
                self._texts[path] = file.read_bytes().decode(errors="replace")
            else:
                self._texts[path] = None
        return self._texts[path]

    def set_text(self, path: str, text: str | None) -> None:
        """Change or delete a text file of the project."""
        checked(path)
        self._texts[path] = text
        self._staged[path] = None if text is None else text.encode()

    def set_bytes(self, path: str, content: bytes | None) -> None:
        """Change or delete any file of the project."""
        checked(path)
        self._texts.pop(path, None)
        self._staged[path] = content

    def json(self, path: str, default: Any) -> Any:
        """Return a copy of a JSON file at the project's root, or the default where there is none."""
        text = self.text(path)
        return default if text is None else json.loads(text)

    def set_json(self, path: str, value: Any) -> None:
        """Change a JSON file at the project's root; an unchanged one keeps its bytes."""
        before = self.text(path)
        if before is None or compact(json.loads(before)) != compact(value):
            self.set_text(path, dss_json.dumps(value))

    def params(self) -> Document:
        """Return a copy of the project's own document."""
        document: Document = self.json("params.json", {})
        return document


def checked(path: str, name: str = "name") -> None:
    """
    Refuse a path that is none of a file in the project's folder.

    Args:
        path: The path.

        name: What the path was made of, which has to be one part of it.
    """
    parts = path.split("/")
    bad = any(part in ("", ".", "..", ".git") or len(part.encode()) > _LONGEST for part in parts)
    if bad or not name or any(char in name for char in "/\\") or any(char < " " for char in path):
        raise illegal(f"Invalid path: {path}")
