"""Computes the document to save, and the entry to record from DSS's answer; pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import define, field

from dssdsl.errors import DssError
from dssdsl.lang.canonical import View, leaf, view
from dssdsl.lang.fields import REMOVE, Fact, Shape
from dssdsl.lang.keys import Key
from dssdsl.lang.live import Live
from dssdsl.lang.lookup import Lookup, dotted
from dssdsl.lang.model import many
from dssdsl.lang.overlay import overlay
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, at_creation, holds_secret, settled
from dssdsl.plan.changes import Change, Effect, Reason
from dssdsl.plan.steps import Action, Step
from dssdsl.state.snapshot import Entry

from .entries import entry_of
from .runs import as_left


@define
class Settlement:
    """
    One write of one resource.

    Attributes:
        resource: What the program declares.
        step: The step of the plan.
        want: The resource's document, all references resolved.
        salt: For the digests of secrets.
        before: What DSS holds before the write.
        created: Whether DSS just created the object, so that values which only a creation sends count.
        version: The number of DSS's version before the write.
        carried: What people wrote about the object that this one replaces.
    """

    resource: Resource
    step: Step
    want: Document
    salt: str
    before: Document
    created: bool
    version: int | None = None
    carried: Document = field(factory=dict)
    shape: Shape = field(init=False)
    wanted: View = field(init=False)
    sent: View = field(init=False)
    _mine: Document = field(init=False)
    _laid: Document = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.shape = self.resource.shape()
        self._mine = settled(self.want)
        self.wanted = self._view(self._mine, self._mine)
        self._laid = at_creation(self.want) if self.created else self._left()
        self._laid = {
            **{n: v for n, v in self.carried.items() if n not in self._laid},
            **self._laid,
        }
        sent = settled(self._laid)
        self.sent = self._view(sent, sent)

    def _view(self, document: Document, like: Document) -> View:
        exclusive = frozenset(many(self.resource.exclusive))
        return view(document, like, self.shape, salt=self.salt, exclusive=exclusive)

    def _readable(self, pointers: Iterable[str]) -> list[str]:
        return [pointer for pointer in pointers if not is_write_only(self.shape, pointer)]

    def after(self) -> Document:
        """The document to save: what the program wants laid over what DSS holds."""
        exclusive = frozenset(many(self.resource.exclusive))
        after: Document = overlay(self.before, self._laid, self.shape, exclusive=exclusive)
        reset(after, self.step.changes, self.shape)
        if any(is_write_only(self.shape, p) for p in self.sent if p.startswith("/creation/")):
            del after["creation"]  # only a creation takes it
        return after

    def _left(self) -> Document:
        """What the program wants, with what runs changed since the last deployment."""
        recorded = self.step.entry.recorded if self.step.entry else {}
        found: Document = as_left(self.want, recorded, self.before, self.shape, self.step.runs)
        return found

    def differs(self, after: Document) -> bool:
        """Whether there is anything to save."""
        if not self.created:
            return after != self.before
        # DSS fills in defaults as it creates: only what the program sets is compared.
        sent, held = self._view(self._laid, self._laid), self._view(self.before, self._laid)
        return any(held.get(pointer) != sent[pointer] for pointer in self._readable(sent))

    def dropped(self, live: Live) -> list[str]:
        """The places that DSS did not store at all."""
        now = self._view(live.document or {}, settled(self._laid))
        return [
            pointer
            for pointer in self._readable(self.sent)
            if self.sent[pointer] is not None and now.get(pointer) is None
        ]

    def ignored(self, live: Live) -> list[str]:
        """
        The places that have their old value after the write, which is not DSS's form of the new one.

        A creation, or a write that was cut off, can store a value in DSS's own form already, which
        then stays; only an unchanged version tells that the write that followed was ignored.
        """
        stored = self.created or (self.step.entry is not None and self.step.entry.incomplete)
        if stored and (live.version is None or live.version != self.version):
            return []
        sent, now = settled(self._laid), live.document or {}
        old, new = self._view(self.before, sent), self._view(now, sent)
        entry = self.step.entry
        recorded = self._view(entry.recorded, sent) if entry is not None else {}
        normalized = entry.normalized if entry is not None else {}
        found = [
            pointer
            for pointer in self._readable(self.sent)
            if old.get(pointer) == new.get(pointer)
            and not (pointer in normalized and recorded.get(pointer) == self.sent[pointer])
            and not _same_in_dss_form(self.sent[pointer], new.get(pointer))
            and (new.get(pointer) is not None or self.sent[pointer] is None)  # else it is dropped
        ]
        before, after = Lookup(self.before, self.shape), Lookup(now, self.shape)
        return found + [
            change.pointer
            for change in self.step.changes
            if change.reason is Reason.REMOVED_FROM_CODE
            and change.effect is Effect.UPDATE
            and leaf(before.look(change.pointer))
            == leaf(after.look(change.pointer))
            != leaf(change.new)
        ]

    def entry(self, live: Live, needs: Iterable[Key]) -> Entry:
        """
        What to record.

        Args:
            live: What DSS holds after the write.
            needs: The keys of what the resource needs.
        """
        now = self._view(live.document or {}, self._mine)
        adopts = self.step.action in (Action.ADOPT, Action.RENAME)
        entry = entry_of(
            self.resource,
            self.want,
            self.salt,
            live,
            self.step.entry,
            origin="adopted" if adopts else "created",
            normalized={
                pointer: now.get(pointer)
                for pointer in self._readable(self.wanted)
                if now.get(pointer) != self.wanted[pointer]
            },
            needs=needs,
        )
        dropped = self.dropped(live)
        if dropped:
            entry.recorded, entry.normalized = {}, {}
        entry.incomplete = bool(self.step.then) and not dropped
        return entry

    def stored_otherwise(self, normalized: dict[str, Any]) -> list[str]:
        """What DSS stored in another form than the program sets it, in words; secrets are left out."""
        mine = Lookup(self._mine, self.shape)
        return [
            f"DSS stored {dotted(pointer)} as {value!r}, not {self.wanted[pointer]!r}"
            for pointer, value in normalized.items()
            if not pointer.endswith("/[]") and not holds_secret(mine.look(pointer))
        ]


def reset(document: Document, changes: Iterable[Change], shape: Shape) -> None:
    """Set what the program no longer sets back to its default, in place."""
    places = Lookup(document, shape)
    for change in changes:
        if change.reason is Reason.REMOVED_FROM_CODE and change.effect is Effect.UPDATE:
            places.drop(change.pointer, REMOVE if change.new is None else change.new)


def refuse_dropped(label: str, dropped: list[str]) -> None:
    """
    Fail a step whose values DSS did not store.

    Raises:
        DssError: There are some.
    """
    if dropped:
        places = ", ".join(sorted({dotted(pointer) for pointer in dropped}))
        raise DssError(
            f"DSS dropped {places} of {label}: it does not know the setting or its value",
            fix="correct the value, or remove the field",
        )


def _same_in_dss_form(sent: Any, held: Any) -> bool:
    """Whether two values differ in form only: DSS trims texts, and stores some numbers and flags as texts."""
    if isinstance(sent, dict) and isinstance(held, dict):
        same = sent.keys() == held.keys()
        return same and all(_same_in_dss_form(sent[name], held[name]) for name in sent)
    if isinstance(sent, list) and isinstance(held, list):
        same = len(sent) == len(held)
        return same and all(map(_same_in_dss_form, sent, held))
    return str(sent).strip().casefold() == str(held).strip().casefold()


def refuse_ignored(label: str, ignored: list[str]) -> None:
    """
    Fail a step whose write changed nothing in DSS.

    Raises:
        DssError: A place has its old value.
    """
    if ignored:
        shown = sorted({dotted(pointer) for pointer in ignored})
        places = ", ".join(shown)
        have = "has its old value" if len(shown) == 1 else "have their old values"
        raise DssError(
            f"DSS accepted the new settings of {label} and did not store them: {places} still {have}",
            fix="correct the value, or check that nothing between dssdsl and DSS swallows writes",
        )


def is_write_only(shape: Shape, pointer: str) -> bool:
    """Whether DSS never returns the value of a place."""
    return Fact.WRITE_ONLY in shape.facts_at(pointer)
