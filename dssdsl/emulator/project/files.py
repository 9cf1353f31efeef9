"""The files of a project: those on disk, and those that the next commit writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dssdsl.emulator.documents import Document, compact
from dssdsl.emulator.errors import illegal

from . import dss_json

_LONGEST = 255
"""The longest name of a file, in bytes."""


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
        """Return the content of a text file, or None if it does not exist."""
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
        """Write a text file, or delete it if the text is None."""
        checked(path)
        self._texts[path] = text
        self._staged[path] = None if text is None else text.encode()

    def set_bytes(self, path: str, content: bytes | None) -> None:
        """Write a file, or delete it if the content is None."""
        checked(path)
        self._texts.pop(path, None)
        self._staged[path] = content

    def json(self, path: str, default: Any) -> Any:
        """Return the content of a JSON file, or the default if it does not exist."""
        text = self.text(path)
        return default if text is None else json.loads(text)

    def set_json(self, path: str, value: Any) -> None:
        """Write a JSON file. An unchanged one keeps its bytes."""
        before = self.text(path)
        if before is None or compact(json.loads(before)) != compact(value):
            self.set_text(path, dss_json.dumps(value))

    def params(self) -> Document:
        """Return the project's own document."""
        document: Document = self.json("params.json", {})
        return document


def checked(path: str, name: str = "name") -> None:
    """
    Raise ``Refused`` for a path that is not of a file in the project's folder.

    Args:
        path: The path.

        name: The name in the path, which must be one part of it.
    """
    parts = path.split("/")
    bad = any(part in ("", ".", "..", ".git") or len(part.encode()) > _LONGEST for part in parts)
    if bad or not name or any(char in name for char in "/\\") or any(char < " " for char in path):
        raise illegal(f"Invalid path: {path}")
