"""An append-only log of a running deployment, and its replay."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from attrs import define, field

from dssdsl.errors import MISFITS
from dssdsl.lang.keys import Key

from .files import journal_errors
from .migrations import renamed_entry
from .snapshot import Attempt, Entry, Snapshot, SnapshotError


@define
class Journal:
    """
    Logs each write before it is sent, and its result after it.

    A line is on the disk before the write that it announces is sent. Results get there with the next
    such line: where one is lost, the next deployment asks DSS. The file is deleted once the snapshots
    are stored; one that exists was left by a deployment that was cut off.
    """

    path: Path
    _file: IO[str] | None = field(default=None, init=False)
    _writing: threading.Lock = field(factory=threading.Lock, init=False)
    _syncing: threading.Lock = field(factory=threading.Lock, init=False)
    _written: int = field(default=0, init=False)
    _synced: int = field(default=0, init=False)

    def begin(self, serials: Mapping[str, int], lineages: Mapping[str, str]) -> None:
        """Start the log of a deployment on top of snapshots with these serials."""
        with journal_errors(self.path.parent):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._mend()
            self._file = self.path.open("a", encoding="utf-8")
        self.note("begin", serials=dict(serials), lineages=dict(lineages))

    def note(self, what: str, *, wait: bool = True, **said: Any) -> None:
        """
        Add a line.

        Args:
            what: The kind of line.
            wait: Whether to return only when it is on the disk. Workers that wait at once share one wait.
            said: Its other members.
        """
        line = json.dumps({"note": what, **said}, ensure_ascii=False)
        with self._writing:
            if self._file is None:
                return
            with journal_errors(self.path.parent):
                self._file.write(f"{line}\n")
                self._file.flush()
            self._written += 1
            mine = self._written
        if not wait:
            return
        with self._syncing:
            if self._synced < mine and self._file is not None:
                upto = self._written
                with journal_errors(self.path.parent):
                    os.fsync(self._file.fileno())
                self._synced = upto

    def close(self) -> None:
        """Close the file; the next deployment reads it."""
        file, self._file = self._file, None
        if file is not None:
            with journal_errors(self.path.parent):  # what did not fit on the disk is tried again
                file.close()

    def end(self) -> None:
        """Delete the file: the snapshots hold everything."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _mend(self) -> None:
        """Remove a last line that was cut off: the next one would be appended to it."""
        if self.path.exists():
            with self.path.open("r+b") as file:
                file.truncate(file.read().rfind(b"\n") + 1)

    def lines(self) -> Iterator[dict[str, Any]]:
        """
        Yield the lines that a cut-off deployment left, without a last one that is incomplete.

        Raises:
            SnapshotError: Another line is damaged.
        """
        with journal_errors(self.path.parent):
            if not self.path.exists():
                return
            *whole, _ = self.path.read_text(encoding="utf-8", errors="replace").split("\n")
        for number, text in enumerate(whole, 1):
            try:
                line = json.loads(text)
                known = isinstance(line, dict) and (line["note"] == "begin" or line["key"])
            except (ValueError, KeyError, RecursionError):
                known = False
            if not known:
                raise self._damaged(number)
            yield line

    def _damaged(self, number: int) -> SnapshotError:
        return SnapshotError(
            "the journal of a deployment that was cut off is damaged",
            at=f"{self.path}:{number}",
            fix="delete the file: the next deployment finds by name what that one created",
        )

    def replay(self, snapshots: dict[str, Snapshot]) -> bool:
        """
        Apply what a cut-off deployment did to *snapshots*, in place.

        Only to those that it started from: somebody may have deployed a project since.

        Raises:
            SnapshotError: It is damaged.

        Returns:
            Whether anything was applied.
        """
        base: dict[str, tuple[int, str]] = {}
        found = False
        for number, line in enumerate(self.lines(), 1):
            try:
                found = self._lay(line, base, snapshots) or found
            except MISFITS:
                raise self._damaged(number) from None
        return found

    def _lay(
        self, line: dict[str, Any], base: dict[str, tuple[int, str]], snapshots: dict[str, Snapshot]
    ) -> bool:
        """Apply one line to *snapshots*; False where it is about none of them."""
        if line["note"] == "begin":
            base.clear()
            for project, lineage in line["lineages"].items():
                base[project] = line["serials"].get(project, 0), lineage
                if project not in snapshots and base[project][0] == 0:
                    snapshots[project] = Snapshot(project_key=project, lineage=lineage)
            return False
        key = Key.parse(line["key"])
        project, rest = key.project, key.local
        snapshot = snapshots.get(project)
        if snapshot is None or (snapshot.serial, snapshot.lineage) != base.get(project):
            return False
        if line["note"] == "creating":
            snapshot.pending[rest] = Attempt.model_validate(line.get("attempt", {}))
        elif line["note"] == "struck":
            snapshot.pending.pop(rest, None)
        elif line["note"] == "made":
            # Still pending: until it was read back, only the attempt tells what DSS made.
            snapshot.entries[rest] = Entry.model_validate(line["entry"])
        elif line["note"] == "done":
            snapshot.entries[rest] = Entry.model_validate(renamed_entry(line["entry"]))
            snapshot.pending.pop(rest, None)  # its entry says whether it is incomplete
        elif line["note"] == "deleted":
            snapshot.entries.pop(rest, None)
        return True
