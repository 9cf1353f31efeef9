"""Projects on disk in DSS's own layout, and in memory as much of them as somebody asked for."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from . import gson, ids, undo, versions
from .guesses import LIKELY, Guesses
from .history import History, write
from .kinds import DATASET, RECIPE, ZONE, Kind, extension, kind_of
from .refusals import illegal
from .versions import Tags
from .wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Document = dict[str, Any]

_LONGEST = 255
"""How many bytes file systems give a name."""


def dense(document: Any) -> str:
    """Write a document as compactly as it can be, as kept in memory."""
    return json.dumps(document, separators=(",", ":"))


class Project:
    """
    One project: a folder of DSS's layout with its Git.

    Documents are kept as text, so that to read one is to join strings, and a caller who takes one
    apart gets a copy of its own. Changes are gathered, and ``commit`` makes them one change.

    Args:
        key: The project's key.

        folder: The project's folder.

        journal: The file for its queue of commits.

        clock: Tells the time in seconds.

        guesses: How DSS behaves where the evidence is thin.
    """

    def __init__(
        self,
        key: str,
        folder: Path,
        journal: Path,
        clock: Callable[[], float] = time.time,
        guesses: Guesses = LIKELY,
    ) -> None:
        self.key, self.folder, self.clock, self.guesses = key, folder, clock, guesses
        self.history = History(folder, journal, clock)
        self.explicit = False
        self.known_tags: tuple[Any, list[Document]] | None = None
        self._stores: dict[str, dict[str, str]] = {}
        self._files: dict[str, str | None] = {}
        self._staged: dict[str, bytes | None] = {}
        self._wiring: Wiring | None = None
        self._zones: dict[tuple[str, str], str] | None = None
        self._tags = Tags(folder)
        undo.finish_exchange(self.history)
        undo.undo(self.history)
        self._open()

    def _open(self) -> None:
        self._tags.open(self.history.recover())
        if (self.folder / "params.json").exists():
            settings = self.params().get("settings", {})
            self.explicit = settings.get("gitCommitMode") == "EXPLICIT"

    # -- objects --------------------------------------------------------------------------------

    def store(self, kind: Kind) -> dict[str, str]:
        """Return the texts of all objects of a kind by name, as they lie on disk."""
        found = self._stores.get(kind.folder)
        if found is None:
            found = self._stores[kind.folder] = {}
            folder = self.folder / kind.folder
            for path in sorted(folder.glob(f"*{kind.file}")) if folder.is_dir() else ():
                document = without_nulls(json.loads(path.read_text(encoding="utf-8")))
                name = path.relative_to(folder).as_posix().removesuffix(kind.file)
                found[name] = dense(document)
        return found

    def has(self, kind: Kind, name: str) -> bool:
        """Tell whether an object is there."""
        return name in self.store(kind)

    def document(self, kind: Kind, name: str) -> Document:
        """Return a copy of an object's document as it lies on disk."""
        document: Document = json.loads(self.store(kind)[name])
        return document

    def answer(self, kind: Kind, name: str) -> str:
        """Return an object's document as the API shows it: with its name, project and version."""
        text = self.store(kind)[name]
        if '"projectKey":' in text[:200]:  # scenarios of DSS 11 hold their own name
            document = json.loads(text)
            text = dense({k: v for k, v in document.items() if k not in (kind.key, "projectKey")})
        body = text[1:-1]
        first = f'"{kind.key}":{json.dumps(name)}'
        if kind.versioned:
            first += f',"projectKey":"{self.key}"'
        if kind.versioned and not versions.holds(text):
            body += f'{"," if body else ""}"versionTag":{dense(self.tag(kind, name))}'
        return f"{{{first}{',' if body else ''}{body}}}"

    def put(self, kind: Kind, name: str, document: Document, login: str | None) -> None:
        """
        Save an object.

        Args:
            kind: What it is.

            name: Its name or id.

            document: What it becomes; ``versionTag`` in it is ignored where DSS keeps that outside.

            login: Who saves it, which counts a version; None leaves the version as it is.
        """
        store = self.store(kind)
        checked(kind.path(name), name)
        if kind.versioned and login is not None:
            self._count(kind, name, document, login)
        text = dense(document)
        if store.get(name) != text:
            compact = kind is DATASET and not self._spread(kind.path(name))
            content = gson.dumps(document, compact_columns=compact).encode()
            self._staged[kind.path(name)] = content
        store[name] = text
        if kind is RECIPE:
            self._wire(name, document)
        elif kind is ZONE:
            self._zones = None

    def _spread(self, path: str) -> bool:
        """Tell whether a file holds each column over several lines, as most versions of DSS write it."""
        content = self._staged.get(path)
        if content is None:
            file = self.folder / path
            content = file.read_bytes() if file.exists() else b""
        return b'"columns": [\n      {\n' in content

    def remove(self, kind: Kind, name: str) -> None:
        """Delete an object's file and version."""
        del self.store(kind)[name]
        self._staged[kind.path(name)] = None
        if kind is RECIPE:
            self._wire(name, None)
        elif kind is ZONE:
            self._zones = None
        self._tags.set(f"{kind.type}.{name}", None)

    def move(self, kind: Kind, old: str, new: str) -> None:
        """Give an object another name; its document stays as it is."""
        store = self.store(kind)
        checked(kind.path(new), new)
        before = self.folder / kind.path(old)
        content = self._staged.get(kind.path(old)) or before.read_bytes()
        store[new] = store.pop(old)
        self._staged[kind.path(old)] = None
        self._staged[kind.path(new)] = content
        if kind is RECIPE:
            self._wire(old, None)
            self._wire(new, json.loads(store[new]))
        tag = self._tags.get(f"{kind.type}.{old}")
        self._tags.set(f"{kind.type}.{old}", None)
        self._tags.set(f"{kind.type}.{new}", tag)

    def new_id(self, kind: Kind) -> str:
        """Make up an id as long as DSS makes them."""
        while True:
            found = ids.make(kind.size)
            if not self.has(kind, found):
                return found

    # -- versions -------------------------------------------------------------------------------

    def now(self) -> int:
        """Return the time in milliseconds."""
        return int(self.clock() * 1000)

    def stamp(self, login: str, number: int = 0) -> Document:
        """Return a tag that says who, when, and the how manieth version."""
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
        inside = self.guesses.versions_in_files if before is None else versions.holds(before)
        number = self.tag(kind, name)["versionNumber"] + 1 if before is not None else 0
        stamp = self.stamp(login, number)
        if inside:
            del stamp["extendedProperties"]
            versions.insert(document, stamp)
        else:
            document.pop("versionTag", None)
            self._tags.set(f"{kind.type}.{name}", stamp)

    def count_again(self, paths: Iterable[str], login: str) -> None:
        """Count a version of each object whose file is among these, without a commit."""
        for found in map(kind_of, paths):
            if found is None or not found[0].versioned or not self.has(*found):
                continue
            kind, name = found
            if not versions.holds(self.store(kind)[name]):  # those are as old as their file
                number = self.tag(kind, name)["versionNumber"] + 1
                self._tags.set(f"{kind.type}.{name}", self.stamp(login, number))
        tags = self._tags.take()
        if tags:
            self.history.record(None, login, {}, tags)

    def count_project(self, document: Document, login: str) -> None:
        """Count a version of the project itself."""
        stamp = self.stamp(login, self.project_tag()["versionNumber"] + 1)
        if "versionTag" in document:
            document["versionTag"] = stamp
        else:
            self._tags.set(f"PROJECT.{self.key}", stamp)

    def count_new(self, login: str) -> None:
        """Note the first version of the project itself."""
        if self.guesses.versions_in_files:
            document = self.params()
            versions.insert(document, self.stamp(login))
            self.set_json("params.json", document)
        else:
            self._tags.set(f"PROJECT.{self.key}", self.stamp(login))

    # -- payloads and other files ---------------------------------------------------------------

    def payload(self, recipe: str) -> str | None:
        """Return a recipe's code or settings, or None where it has no such file."""
        kind = self.document(RECIPE, recipe)["type"]
        return self.text(f"recipes/{recipe}.{extension(kind)}")

    def set_payload(self, recipe: str, recipe_type: str, payload: str | None) -> None:
        """Save a recipe's code or settings."""
        path = f"recipes/{recipe}.{extension(recipe_type)}"
        if payload != self.text(path):
            self.set_text(path, payload)

    def text(self, path: str) -> str | None:
        """Return what a text file of the project holds, or None where there is none."""
        if path not in self._files:
            checked(path)
            file = self.folder / path
            staged = self._staged.get(path)
            if staged is not None:
                self._files[path] = staged.decode()
            elif file.is_file():
                self._files[path] = file.read_bytes().decode(errors="replace")
            else:
                self._files[path] = None
        return self._files[path]

    def set_text(self, path: str, text: str | None) -> None:
        """Change or delete a text file of the project."""
        checked(path)
        self._files[path] = text
        self._staged[path] = None if text is None else text.encode()

    def set_bytes(self, path: str, content: bytes | None) -> None:
        """Change or delete any file of the project."""
        checked(path)
        self._files.pop(path, None)
        self._staged[path] = content

    def json(self, path: str, default: Any) -> Any:
        """Return a copy of a JSON file at the project's root, or the default where there is none."""
        text = self.text(path)
        return default if text is None else json.loads(text)

    def set_json(self, path: str, value: Any) -> None:
        """Change a JSON file at the project's root; an unchanged one keeps its bytes."""
        before = self.text(path)
        if before is None or dense(json.loads(before)) != dense(value):
            self.set_text(path, gson.dumps(value))

    def params(self) -> Document:
        """Return a copy of the project's own document."""
        document: Document = self.json("params.json", {})
        return document

    # -- the flow -------------------------------------------------------------------------------

    def flow(self) -> dict[str, tuple[list[str], list[str]]]:
        """Return what every recipe reads and writes."""
        return self._wired().recipes

    def _wired(self) -> Wiring:
        if self._wiring is None:
            recipes = self.store(RECIPE).items()
            self._wiring = Wiring((name, json.loads(text)) for name, text in recipes)
        return self._wiring

    def _wire(self, name: str, document: Document | None) -> None:
        """Note in what was read of the Flow that a recipe was saved, or deleted."""
        if self._wiring is None:
            return
        if document is None:
            self._wiring.remove(name)
        else:
            self._wiring.put(name, document)

    def producer(self, ref: str) -> str | None:
        """Return the recipe that writes a dataset, folder or model."""
        return self._wired().producers.get(ref)

    def users(self, ref: str) -> list[str]:
        """Return the recipes that read or write a dataset, folder or model."""
        full = f"{self.key}.{ref}"
        return [
            name
            for name, (reads, writes) in self.flow().items()
            if ref in reads or ref in writes or full in reads or full in writes
        ]

    def zone_of(self, kind_type: str, name: str) -> str:
        """Return the zone that an object lies in."""
        if self._zones is None:
            self._zones = {}
            for zone in self.store(ZONE):
                for item in self.document(ZONE, zone).get("items", []):
                    if "projectKey" not in item:
                        self._zones[item["objectType"], item["objectId"]] = zone
        return self._zones.get((kind_type, name), "default")

    # -- changes --------------------------------------------------------------------------------

    def commit(self, message: str, login: str) -> None:
        """Make what was changed since the last commit one change, on disk and in Git."""
        files, self._staged = self._staged, {}
        tags = self._tags.take()
        self.history.record(None if self.explicit else message, login, files, tags)
        for path, content in files.items():
            write(self.folder, path, content)

    def changed(self) -> bool:
        """Tell whether anything was changed since the last commit."""
        return bool(self._staged)

    def discard(self) -> None:
        """Forget what was changed since the last commit: the request failed half way."""
        if self._staged or self._tags.changed():
            self._tags.undo()
            self.reload()

    def reload(self) -> None:
        """Read everything anew from disk when somebody asks."""
        self._stores.clear()
        self._files.clear()
        self._staged.clear()
        self._tags.forget()
        self._wiring = self._zones = None
        settings = self.params().get("settings", {})
        self.explicit = settings.get("gitCommitMode") == "EXPLICIT"

    def reopen(self) -> None:
        """Take everything, versions too, from the files as they are now."""
        self.reload()
        self._open()

    def settle(self) -> None:
        """Give Git what is queued, and write the version tags to their file."""
        self._tags.flush()
        self.history.drain()


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


def without_nulls(value: Any) -> Any:
    """Drop the members that are null, which Gson never writes."""
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_nulls(each) for each in value]
    return value
