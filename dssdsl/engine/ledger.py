"""The progress of a run: entries, ids and unknown results, journaled as they happen."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from attrs import define, field

from dssdsl.lang.keys import Key
from dssdsl.plan.steps import Step
from dssdsl.state.journal import Journal
from dssdsl.state.snapshot import Attempt, Entry

from .renames import Rename


@define
class Ledger:
    """
    The account of one run; its methods may be called in several workers at once.

    Attributes:
        journal: Where each fact is logged, for a run that is cut off.
        ids: The ids that are known, by key.
        entries: By key: what the state shall hold; None for what is gone.
        pending: Creations that were sent and not answered, or whose result was not read yet.
        notes: By key: what a step reports, in words.
        renamed: By project: the renames that are done.
        deleted: By project: the ids of deleted objects.
    """

    journal: Journal
    ids: dict[Key, str] = field(factory=dict)
    entries: dict[Key, Entry | None] = field(factory=dict)
    pending: dict[Key, Attempt] = field(factory=dict)
    notes: dict[Key, list[str]] = field(factory=dict)
    renamed: dict[str, list[Rename]] = field(factory=dict)
    deleted: dict[str, set[str]] = field(factory=dict)
    _lock: threading.Lock = field(factory=threading.Lock)

    def intend_create(self, step: Step, attempt: Attempt) -> None:
        """Log that a creation comes next: what it makes is ours, whether or not DSS answers."""
        stored = attempt.model_dump(mode="json", exclude_defaults=True)
        self.journal.note("creating", key=step.key, attempt=stored)
        with self._lock:
            self.pending[step.key] = attempt

    def made(self, key: Key, entry: Entry) -> None:
        """Log that DSS created an object; it stays pending until it was read: only that tells when it was created."""
        stored = entry.model_dump(mode="json", exclude_defaults=True)
        self.journal.note("made", key=key, entry=stored, wait=False)
        with self._lock:
            self.entries[key] = entry
            self.ids[key] = entry.id

    def intend_write(self, step: Step) -> None:
        """Log that a write comes next: until DSS answers, nobody knows what it holds."""
        entry = self.entries.get(step.key) or step.entry
        if entry is not None and not entry.incomplete:
            self.keep(step.key, entry.model_copy(update={"incomplete": True}))
        self.journal.note("writing", key=step.key)

    def intend(self, what: str, step: Step) -> None:
        """Log that a request comes next that changes no recorded value."""
        self.journal.note(what, key=step.key)

    def refused(self, key: Key) -> None:
        """Log that DSS refused to create: the object of that name is not ours."""
        self.journal.note("struck", key=key, wait=False)
        with self._lock:
            self.pending.pop(key, None)

    def know(self, key: Key, id: str) -> None:
        """Remember the id of an object."""
        with self._lock:
            self.ids[key] = id

    def keep(self, key: Key, entry: Entry | None) -> None:
        """Log and remember what the state shall hold of a resource."""
        if entry is None:
            return
        stored = entry.model_dump(mode="json", exclude_defaults=True)
        self.journal.note("done", key=key, entry=stored, wait=False)
        with self._lock:
            self.entries[key] = entry
            self.pending.pop(key, None)

    def complete(self, key: Key) -> None:
        """Log that all that follows a write is done."""
        entry = self.entries[key]
        if entry is not None:
            self.keep(key, entry.model_copy(update={"incomplete": False}))

    def forget(self, key: Key) -> None:
        """Log and remember that the state shall not hold a resource any more."""
        self.journal.note("deleted", key=key, wait=False)
        with self._lock:
            self.entries[key] = None
            self.ids.pop(key, None)

    def rename(self, done: Rename) -> None:
        """Remember a rename."""
        with self._lock:
            self.renamed.setdefault(done.project, []).append(done)

    def renames_in(self, project: str) -> tuple[Rename, ...]:
        """The renames that are done in a project."""
        with self._lock:
            return tuple(self.renamed.get(project, ()))

    def delete(self, project: str, id: str) -> None:
        """Remember a delete that comes next, or is done: DSS removes what refers to it."""
        with self._lock:
            self.deleted.setdefault(project, set()).add(id)

    def deleted_in(self, project: str) -> frozenset[str]:
        """The ids of deleted objects of a project."""
        with self._lock:
            return frozenset(self.deleted.get(project, ()))

    def report(self, key: Key, notes: Iterable[str]) -> None:
        """Add what a step reports, in words."""
        with self._lock:
            self.notes.setdefault(key, []).extend(notes)
