"""The objects of a project, each a JSON document in a file, and their versions."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from dssdsl.emulator.assumptions import LIKELY, Assumptions
from dssdsl.emulator.documents import Document, compact, without_nulls

from . import dss_json, ids, versions
from .files import Files, checked
from .kinds import DATASET, RECIPE, Kind, extension
from .versions import Tags


class Objects(Files):
    """
    The objects of a project.

    It keeps documents as text: a response joins strings, and each caller that parses one has its own
    copy.

    Args:
        key: The project's key.

        folder: The project's folder.

        clock: Returns the time in seconds.

        assumptions: How DSS behaves where the evidence is thin.
    """

    def __init__(
        self,
        key: str,
        folder: Path,
        clock: Callable[[], float] = time.time,
        assumptions: Assumptions = LIKELY,
    ) -> None:
        super().__init__(folder)
        self.key, self.clock, self.assumptions = key, clock, assumptions
        self._stores: dict[str, dict[str, str]] = {}
        self._tags = Tags(folder)

    def store(self, kind: Kind) -> dict[str, str]:
        """Return the documents of all objects of a kind by name, as text."""
        found = self._stores.get(kind.folder)
        if found is None:
            found = self._stores[kind.folder] = {}
            folder = self.folder / kind.folder
            for path in sorted(folder.glob(f"*{kind.file}")) if folder.is_dir() else ():
                document = without_nulls(json.loads(path.read_text(encoding="utf-8")))
                name = path.relative_to(folder).as_posix().removesuffix(kind.file)
                found[name] = compact(document)
        return found

    def has(self, kind: Kind, name: str) -> bool:
        """Return whether an object exists."""
        return name in self.store(kind)

    def document(self, kind: Kind, name: str) -> Document:
        """Return an object's document, as on disk."""
        document: Document = json.loads(self.store(kind)[name])
        return document

    def answer(self, kind: Kind, name: str) -> str:
        """Return an object's document as the API returns it: with its name, project and version."""
        text = self.store(kind)[name]
        if '"projectKey":' in text[:200]:  # scenarios of DSS 11 contain their own name
            document = json.loads(text)
            text = compact({k: v for k, v in document.items() if k not in (kind.key, "projectKey")})
        body = text[1:-1]
        first = f'"{kind.key}":{json.dumps(name)}'
        if kind.versioned:
            first += f',"projectKey":"{self.key}"'
        if kind.versioned and not versions.holds(text):
            body += f'{"," if body else ""}"versionTag":{compact(self.tag(kind, name))}'
        return f"{{{first}{',' if body else ''}{body}}}"

    def put(self, kind: Kind, name: str, document: Document, login: str | None) -> None:
        """
        Save an object.

        Args:
            kind: Its kind.

            name: Its name or id.

            document: The new document. Its ``versionTag`` is ignored if DSS keeps that outside.

            login: The user, to increment the version; None leaves the version unchanged.
        """
        store = self.store(kind)
        checked(kind.path(name), name)
        if kind.versioned and login is not None:
            self._count(kind, name, document, login)
        text = compact(document)
        if store.get(name) != text:
            spread = name in store and self._spread(kind.path(name))
            dense = kind is DATASET and not spread
            content = dss_json.dumps(document, compact_columns=dense).encode()
            self._staged[kind.path(name)] = content
        store[name] = text
        self._saved(kind, name, document)

    def _saved(self, kind: Kind, name: str, document: Document | None) -> None:
        """React to a saved or deleted object."""

    def _spread(self, path: str) -> bool:
        """Return whether a file has each column over several lines, as most versions of DSS write it."""
        content = self._staged.get(path)
        if content is None:
            file = self.folder / path
            content = file.read_bytes() if file.exists() else b""
        return b'"columns": [\n      {\n' in content

    def remove(self, kind: Kind, name: str) -> None:
        """Delete an object's file and version."""
        del self.store(kind)[name]
        self._staged[kind.path(name)] = None
        self._saved(kind, name, None)
        self._tags.set(f"{kind.type}.{name}", None)

    def move(self, kind: Kind, old: str, new: str) -> None:
        """Rename an object. Its document does not change."""
        store = self.store(kind)
        checked(kind.path(new), new)
        before = self.folder / kind.path(old)
        content = self._staged.get(kind.path(old)) or before.read_bytes()
        store[new] = store.pop(old)
        self._staged[kind.path(old)] = None
        self._staged[kind.path(new)] = content
        self._saved(kind, old, None)
        self._saved(kind, new, json.loads(store[new]))
        tag = self._tags.get(f"{kind.type}.{old}")
        self._tags.set(f"{kind.type}.{old}", None)
        self._tags.set(f"{kind.type}.{new}", tag)

    def new_id(self, kind: Kind) -> str:
        """Generate an id of the length of the kind."""
        while True:
            found = ids.make(kind.size)
            if not self.has(kind, found):
                return found

    def payload(self, recipe: str) -> str | None:
        """Return a recipe's code or settings, or None if it has no such file."""
        kind = self.document(RECIPE, recipe)["type"]
        return self.text(f"recipes/{recipe}.{extension(kind)}")

    def set_payload(self, recipe: str, recipe_type: str, payload: str | None) -> None:
        """Save a recipe's code or settings."""
        path = f"recipes/{recipe}.{extension(recipe_type)}"
        if payload != self.text(path):
            self.set_text(path, payload)

    def now(self) -> int:
        """Return the time in milliseconds."""
        return int(self.clock() * 1000)

    def stamp(self, login: str, number: int = 0) -> Document:
        """Return a version tag: the user, the time, the version number."""
        return {
            "versionNumber": number,
            "lastModifiedBy": {"login": login},
            "lastModifiedOn": self.now(),
            "extendedProperties": {},
        }

    def tag(self, kind: Kind, name: str) -> Document:
        """Return an object's version tag."""
        known = self._tags.get(f"{kind.type}.{name}")
        if known is not None:
            return known
        document = self.document(kind, name)
        return document.get("versionTag") or versions.first(document)

    def project_tag(self) -> Document:
        """Return the version tag of the project itself."""
        params = self.params()
        return (
            self._tags.get(f"PROJECT.{self.key}")
            or params.get("versionTag")
            or versions.first(params)
        )

    def _count(self, kind: Kind, name: str, document: Document, login: str) -> None:
        before = self.store(kind).get(name)
        inside = self.assumptions.versions_in_files if before is None else versions.holds(before)
        number = self.tag(kind, name)["versionNumber"] + 1 if before is not None else 0
        stamp = self.stamp(login, number)
        if inside:
            del stamp["extendedProperties"]
            versions.insert(document, stamp)
        else:
            document.pop("versionTag", None)
            self._tags.set(f"{kind.type}.{name}", stamp)

    def count_project(self, document: Document, login: str) -> None:
        """Increment the version of the project itself."""
        stamp = self.stamp(login, self.project_tag()["versionNumber"] + 1)
        if "versionTag" in document:
            document["versionTag"] = stamp
        else:
            self._tags.set(f"PROJECT.{self.key}", stamp)

    def count_new(self, login: str) -> None:
        """Set the first version of the project itself."""
        if self.assumptions.versions_in_files:
            document = self.params()
            versions.insert(document, self.stamp(login))
            self.set_json("params.json", document)
        else:
            self._tags.set(f"PROJECT.{self.key}", self.stamp(login))
