"""Version tags: the last user who saved an object, when, and how often it was saved."""

from __future__ import annotations

import json
from pathlib import Path

from dssdsl.emulator.documents import Document

from . import dss_json


class Tags:
    """
    The version tags of a project that are beside its Git, by kind and name.

    Args:
        folder: The project's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Document] = {}
        self._new: dict[str, Document | None] = {}
        self._old: dict[str, Document | None] = {}
        self._dirty = False

    def open(self, queued: dict[str, Document | None]) -> None:
        """Read the file, and apply the tags in the queue that the last process left."""
        path = self._folder / "version-tags.json"
        self._known = {}
        if path.exists():
            self._known = json.loads(path.read_text(encoding="utf-8")).get("tags", {})
        self._dirty = bool(queued)
        for name, tag in queued.items():
            self._put(name, tag)

    def get(self, name: str) -> Document | None:
        """Return a tag, or None."""
        return self._known.get(name)

    def set(self, name: str, tag: Document | None) -> None:
        """Change or delete a tag."""
        self._old.setdefault(name, self._known.get(name))
        self._new[name] = tag
        self._dirty = True
        self._put(name, tag)

    def _put(self, name: str, tag: Document | None) -> None:
        if tag is None:
            self._known.pop(name, None)
        else:
            self._known[name] = tag

    def changed(self) -> bool:
        """Return whether a tag changed since the last commit."""
        return bool(self._new)

    def take(self) -> dict[str, Document | None]:
        """Return the tags that changed since the last commit, for the next one."""
        found, self._new = self._new, {}
        self._old.clear()
        return found

    def undo(self) -> None:
        """Undo the changes since the last commit."""
        for name, tag in self._old.items():
            self._put(name, tag)

    def forget(self) -> None:
        """Count no change so far."""
        self._new.clear()
        self._old.clear()

    def flush(self) -> None:
        """Write the tags to their file, which is beside Git as in DSS."""
        if self._dirty:
            half = self._folder / ".git" / "version-tags.json"
            half.write_bytes(dss_json.dumps({"tags": self._known}).encode())
            half.replace(self._folder / "version-tags.json")  # atomic, if the process dies
            self._dirty = False


def holds(text: str) -> bool:
    """Return whether a document contains its own version, as up to DSS 11."""
    return '"versionTag":{' in text and "versionTag" in json.loads(text)


def insert(document: Document, stamp: Document) -> None:
    """Put a version into a document; a new one goes before the creation tag."""
    rest = {} if "versionTag" in document else {**document}
    if rest:
        document.clear()
    for key, value in rest.items():
        if key == "creationTag":
            document["versionTag"] = stamp
        document[key] = value
    document["versionTag"] = stamp


def first(document: Document) -> Document:
    """Return the version of an object that has none: that of its creation."""
    made = document.get("creationTag") or {}
    return {
        "versionNumber": 0,
        "lastModifiedBy": made.get("lastModifiedBy", {"login": "admin"}),
        "lastModifiedOn": made.get("lastModifiedOn", 0),
        "extendedProperties": {},
    }
