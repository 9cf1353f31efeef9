"""One project: its objects, its Flow and its Git."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from dssdsl.emulator.assumptions import LIKELY, Assumptions
from dssdsl.emulator.documents import Document
from dssdsl.emulator.git import undo
from dssdsl.emulator.git.history import History, write

from . import versions
from .flow import Flow
from .kinds import RECIPE, ZONE, Kind, kind_of
from .objects import Objects


class Project(Objects):
    """
    One project: a folder in DSS's layout with its Git.

    Args:
        key: The project's key.

        folder: The project's folder.

        journal: The file for its queue of commits.

        clock: Returns the time in seconds.

        assumptions: How DSS behaves where the evidence is thin.
    """

    def __init__(
        self,
        key: str,
        folder: Path,
        journal: Path,
        clock: Callable[[], float] = time.time,
        assumptions: Assumptions = LIKELY,
    ) -> None:
        super().__init__(key, folder, clock, assumptions)
        self.history = History(folder, journal, clock)
        self.explicit = False
        self.tag_objects: dict[str, tuple[str, str]] = {}
        self._flow: Flow | None = None
        self._zones: dict[tuple[str, str], str] | None = None
        undo.finish_exchange(self.history)
        undo.undo(self.history)
        self._open()

    def _open(self) -> None:
        self._tags.open(self.history.recover())
        if (self.folder / "params.json").exists():
            settings = self.params().get("settings", {})
            self.explicit = settings.get("gitCommitMode") == "EXPLICIT"

    # -- the flow -------------------------------------------------------------------------------

    def flow(self) -> Flow:
        """Return the Flow: the inputs and outputs of every recipe."""
        if self._flow is None:
            recipes = self.store(RECIPE).items()
            self._flow = Flow((name, json.loads(text)) for name, text in recipes)
        return self._flow

    def _saved(self, kind: Kind, name: str, document: Document | None) -> None:
        if kind is ZONE:
            self._zones = None
        if kind is RECIPE and self._flow is not None:
            if document is None:
                self._flow.remove(name)
            else:
                self._flow.put(name, document)

    def producer(self, ref: str) -> str | None:
        """Return the recipe that writes a dataset, folder or model, or None."""
        return self.flow().producers.get(ref)

    def users(self, ref: str) -> list[str]:
        """Return the recipes that read or write a dataset, folder or model."""
        full = f"{self.key}.{ref}"
        return [
            name
            for name, (reads, writes) in self.flow().recipes.items()
            if ref in reads or ref in writes or full in reads or full in writes
        ]

    def zone_of(self, kind_type: str, name: str) -> str:
        """Return the zone of an object."""
        if self._zones is None:
            self._zones = {}
            for zone in self.store(ZONE):
                for item in self.document(ZONE, zone).get("items", []):
                    if "projectKey" not in item:
                        self._zones[item["objectType"], item["objectId"]] = zone
        return self._zones.get((kind_type, name), "default")

    def count_again(self, paths: Iterable[str], login: str) -> None:
        """Increment the version of each object whose file is among these, without a commit."""
        for found in map(kind_of, paths):
            if found is None or not found[0].versioned or not self.has(*found):
                continue
            kind, name = found
            if not versions.holds(self.store(kind)[name]):  # else the version is in the file
                number = self.tag(kind, name)["versionNumber"] + 1
                self._tags.set(f"{kind.type}.{name}", self.stamp(login, number))
        tags = self._tags.take()
        if tags:
            self.history.record(None, login, {}, tags)

    def commit(self, message: str, login: str) -> None:
        """Write the staged changes to disk, as one commit."""
        files, self._staged = self._staged, {}
        tags = self._tags.take()
        self.history.record(None if self.explicit else message, login, files, tags)
        for path, content in files.items():
            write(self.folder, path, content)

    def changed(self) -> bool:
        """Return whether there are staged changes."""
        return bool(self._staged)

    def discard(self) -> None:
        """Drop the staged changes, because the request failed."""
        if self._staged or self._tags.changed():
            self._tags.undo()
            self.reload()

    def reload(self) -> None:
        """Drop the cached files."""
        self._stores.clear()
        self._texts.clear()
        self._staged.clear()
        self._tags.forget()
        self._flow = self._zones = None
        settings = self.params().get("settings", {})
        self.explicit = settings.get("gitCommitMode") == "EXPLICIT"

    def reopen(self) -> None:
        """Drop the cached files, and read the version tags again."""
        self.reload()
        self._open()

    def settle(self, *, index: bool = True) -> None:
        """
        Write the version tags to their file, and the queued commits to Git.

        Args:
            index: Whether to update the index too, as most git commands and users expect.
        """
        self._tags.flush()
        self.history.drain()
        if index:
            self.history.refresh_index()
