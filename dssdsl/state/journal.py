"""An append-only log of a running deployment, and its replay."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from attrs import define, field

from .snapshot import Entry, Snapshot


@define
class Journal:
    """
    Says before each write what is about to happen, and after it what did.

    A line is on the disk before the write that it announces is sent; what was done gets there with
    the next such line, for one that is lost only makes the next deployment ask DSS. The file is
    removed once the snapshots are stored; one that is found tells of a deployment that was cut off.
    """

    path: Path
    _file: IO[str] | None = field(default=None, init=False)
    _writing: threading.Lock = field(factory=threading.Lock, init=False)
    _syncing: threading.Lock = field(factory=threading.Lock, init=False)
    _written: int = field(default=0, init=False)
    _synced: int = field(default=0, init=False)

    def begin(self, serials: Mapping[str, int], lineages: Mapping[str, str]) -> None:
        """Start the log of a deployment on top of snapshots with these serials."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("a", encoding="utf-8")
        self.note("begin", serials=dict(serials), lineages=dict(lineages))

    def note(self, what: str, *, wait: bool = True, **said: Any) -> None:
        """
        Add a line.

        Args:
            what: What the line tells.
            wait: Whether to return only when the disk has it. Workers that wait at once share one wait.
            said: What else it says.
        """
        line = json.dumps({"note": what, **said}, ensure_ascii=False)
        with self._writing:
            if self._file is None:
                return
            self._file.write(f"{line}\n")
            self._file.flush()
            self._written += 1
            mine = self._written
        if not wait:
            return
        with self._syncing:
            if self._synced < mine and self._file is not None:
                upto = self._written
                os.fsync(self._file.fileno())
                self._synced = upto

    def close(self) -> None:
        """Close the file, and leave it for the next deployment to read."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def end(self) -> None:
        """Forget the log: the snapshots have it all."""
        self.close()
        self.path.unlink(missing_ok=True)

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield what a cut-off deployment left; a line that was cut in the middle is none."""
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                return

    def replay(self, snapshots: dict[str, Snapshot]) -> bool:
        """
        Lay what a cut-off deployment did over *snapshots*, in place.

        Returns:
            Whether there was anything. Parts whose snapshot has moved on since are left out.
        """
        base: dict[str, int] = {}
        found = False
        for line in self.lines():
            if line["note"] == "begin":
                base = line["serials"]
                for project, lineage in line["lineages"].items():
                    if project not in snapshots and base.get(project) == 0:
                        snapshots[project] = Snapshot(project_key=project, lineage=lineage)
                continue
            project, _, rest = line["key"].partition("/")
            rest = rest or f"project/{project}"
            snapshot = snapshots.get(project)
            if snapshot is None or snapshot.serial != base.get(project):
                continue
            found = True
            if line["note"] == "creating":
                snapshot.pending.setdefault(rest, [])
            elif line["note"] == "struck":
                snapshot.pending.pop(rest, None)
            elif line["note"] == "done":
                snapshot.entries[rest] = Entry.model_validate(line["entry"])
            elif line["note"] == "deleted":
                snapshot.entries.pop(rest, None)
        return found
