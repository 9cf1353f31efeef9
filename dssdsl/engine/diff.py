"""
Compares what the program wants of one resource with what DSS holds: what changes, and why.

deepdiff finds the places that differ between the two canonical documents. For each of them, the
rows of the ladder compare the recorded value and DSS's answer to it, to give the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from dssdsl.lang.canonical import View, agrees, leaf, nested, view
from dssdsl.lang.fields import LEAVE, REMOVE, Fact, Shape
from dssdsl.lang.items import escape, item_keys
from dssdsl.lang.lookup import Lookup
from dssdsl.lang.overlay import removed
from dssdsl.lang.values import Document, holds_secret
from dssdsl.plan.changes import Change, Effect, Reason

from .deep_diff import differing
from .runs import as_left


@frozen
class Difference:
    """
    The result of comparing one resource.

    Attributes:
        changes: The places that differ.
        normalized: By pointer, what DSS holds where it stores a wanted value in another form.
        reasons: How many places each row of the ladder decided; empty where nothing differs at all.
    """

    changes: tuple[Change, ...] = ()
    normalized: Mapping[str, Any] = {}
    reasons: Mapping[Reason, int] = {}


def compare(
    want: Document,
    recorded: Document | None,
    normalized: Mapping[str, Any],
    live: Document | None,
    shape: Shape,
    *,
    salt: str = "",
    exclusive: frozenset[str] = frozenset(),
    runs: Collection[str] = (),
) -> Difference:
    """
    Compare the four documents of a resource that exists.

    Args:
        want: What the program sets now, without the values that only a creation sends.
        recorded: What the program set in the last deployment; None if there was none.
        normalized: By pointer, what DSS answered then where that differs from *recorded*.
        live: What DSS holds; None where its version says that nobody saved it since.
        shape: The facts about the places.
        salt: The salt for the digests of secrets.
        exclusive: The fields that own their whole map or list, although others may add to it.
        runs: The places that a run may have changed since; what it left there stays.
    """
    if (
        recorded == want
        and not normalized
        and (live is None or agrees(live, want, shape, exclusive))
    ):
        return Difference()  # nearly always: then nobody needs the canonical documents

    def canonical(document: Document, like: Document) -> View:
        return view(document, like, shape, salt=salt, exclusive=exclusive)

    left = as_left(want, recorded, live, shape, runs) if runs and live else want
    wanted = canonical(left, left)
    known = wanted if recorded == left else canonical(recorded, recorded) if recorded else {}
    expected = {**known, **normalized}
    # Nobody saved it since where live is None: then DSS still holds what it answered.
    now = expected if live is None else canonical(live, left)
    then = now if live is None or recorded == left else canonical(live, recorded or {})
    found = _Compared(wanted, now, known, expected, then, shape)
    changes, answered, reasons = found.ladder(new=recorded is None)
    if left is not want:
        stays = dict(_left_by_runs(canonical(left, want), told := canonical(want, want)))
        answered = {p: v for p, v in answered.items() if p in wanted} | stays
        changes += (
            Change(p, _field(shape, p), v, told[p], Reason.CHANGED_IN_DSS, Effect.SHOW)
            for p, v in stays.items()
            if then.get(p) != expected.get(p)
        )
    if recorded is not None and recorded != want:
        changes += _dropped(recorded, want, live, expected, shape)
    reasons.update(change.reason for change in changes)
    documents = Lookup(want, shape), Lookup(recorded, shape)
    shown = [
        evolve(c, secret=True) if any(holds_secret(d.look(c.pointer)) for d in documents) else c
        for c in _collapsed(changes, wanted, now)
    ]
    return Difference(tuple(shown), answered, reasons)


@frozen
class _Compared:
    """
    The canonical documents of one resource.

    Attributes:
        wanted: What the program sets.
        now: What DSS holds at those places.
        known: What the program set in the last deployment.
        expected: What DSS answered then.
        then: What DSS holds now at the places that the program set then.
        shape: The facts about the places.
    """

    wanted: View
    now: View
    known: View
    expected: View
    then: View
    shape: Shape

    def ladder(self, *, new: bool) -> tuple[list[Change], dict[str, Any], Counter[Reason]]:
        """
        Give each place that differs its reason.

        Returns:
            The changes; by pointer, the values that DSS holds and that stay; and how many places
            each row decided that gives no change.
        """
        held = self.held()
        differ = self.differing(held)
        reasons = Counter({Reason.ALREADY_SET: len(self.wanted) - len(differ)})
        changes: list[Change] = []
        stays: dict[str, Any] = {}
        for pointer, value in self.wanted.items():
            if pointer not in differ:
                continue
            reason, effect = self.row(pointer, held[pointer], new=new)
            if reason is Reason.AS_NORMALIZED:
                stays[pointer] = held[pointer]
            if reason is Reason.AS_NORMALIZED:
                reasons[reason] += 1
            else:
                field = _field(self.shape, pointer)
                changes.append(Change(pointer, field, held[pointer], value, reason, effect))
        return changes, stays, +reasons

    def held(self) -> View:
        """What DSS holds at the places that the program sets, with what it never returns as recorded."""
        return {
            pointer: self.expected.get(pointer, value)
            if Fact.WRITE_ONLY in self.shape.facts_at(pointer)
            else self.now.get(pointer)
            for pointer, value in self.wanted.items()
        }

    def differing(self, held: View) -> Collection[str]:
        """The places where DSS holds other than the program wants; deepdiff finds those of a changed resource."""
        if held == self.wanted:
            return ()
        answered = {p: self.expected.get(p) for p in self.wanted}
        if self.known == self.wanted and held == answered:
            return {p for p, value in self.wanted.items() if held[p] != value}
        return differing(nested(held), nested(self.wanted))

    def row(self, pointer: str, held: Any, *, new: bool) -> tuple[Reason, Effect]:
        """The first row of the ladder that is true of a place that differs, and what the change takes."""
        value, known, expected = self.wanted[pointer], self.known, self.expected
        facts = self.shape.facts_at(pointer)
        effect = Effect.UPDATE
        if Fact.MOVES_DATA in facts:
            effect = Effect.MOVE
        elif Fact.CREATE_ONLY in facts:
            # Values that DSS does not have yet can be added; only those that it has are fixed.
            grows = held is None or (pointer.endswith("/{}") and set(held) <= set(value or ()))
            effect = Effect.UPDATE if grows and Fact.CLOSED in facts else Effect.REPLACE
        if new:
            return Reason.ADOPTED_DIFFERS, effect
        then = self.then.get(pointer)
        if pointer in known and known[pointer] == value:
            if Fact.WRITE_ONLY in facts or then == expected.get(pointer):
                return Reason.AS_NORMALIZED, effect
            return Reason.CHANGED_IN_DSS, effect
        if (
            pointer in known
            and Fact.WRITE_ONLY not in facts
            and then not in (known[pointer], expected.get(pointer))
        ):
            return Reason.CHANGED_ON_BOTH_SIDES, effect
        return Reason.CHANGED_IN_CODE, effect


def _left_by_runs(left: View, told: View) -> Iterable[tuple[str, Any]]:
    """The places where a run left another value than the program sets, with that value."""
    return ((pointer, left.get(pointer)) for pointer in told if left.get(pointer) != told[pointer])


def _field(shape: Shape, pointer: str) -> str:
    """The name of the field that a place belongs to."""
    _, owner = shape.find(pointer)
    return owner.field if owner and owner.field else pointer.split("/")[1]


def _dropped(
    recorded: Document,
    want: Document,
    live: Document | None,
    expected: View,
    shape: Shape,
) -> Iterator[Change]:
    """The changes of the places that the program sets no longer."""
    now = Lookup(live, shape)
    for pointer, value in removed(recorded, want, shape):
        for inner, was, reset in _resets(pointer, value, shape.find(pointer)[0]):
            facts, name = shape.facts_at(inner), _field(shape, inner)
            if live is None:
                held = expected.get(inner, leaf(was))
            else:
                held = leaf(now.look(inner), shape.find(inner)[0])
            if reset is LEAVE or facts & {Fact.CREATE_ONLY, Fact.WRITE_ONLY}:
                yield Change(inner, name, held, held, Reason.REMOVED_FROM_CODE, Effect.SHOW)
            elif reset is REMOVE:
                if held is not None:
                    yield Change(inner, name, held, None, Reason.REMOVED_FROM_CODE)
            elif held != (reset or None):
                yield Change(inner, name, held, reset, Reason.REMOVED_FROM_CODE)


def _resets(pointer: str, value: Any, place: Shape) -> Iterator[tuple[str, Any, Any]]:
    """The places at and below *pointer*, each with its recorded value and the value to reset it to."""
    if pointer.endswith("]"):
        yield pointer, value, REMOVE
    elif Fact.OPEN in place.facts and isinstance(value, list):
        items = [item for item in value if isinstance(item, dict)]
        for key, item in zip(item_keys(items, place), items, strict=True):
            yield f"{pointer}/[{escape(key)}]", item, REMOVE
    elif (
        place.reset is LEAVE
        and isinstance(value, dict)
        and place.children
        and Fact.WHOLE not in place.facts
    ):
        for name, inner in value.items():
            yield from _resets(f"{pointer}/{escape(name)}", inner, place.child(name))
    else:
        yield pointer, value, place.reset


def _collapsed(changes: list[Change], wanted: View, now: View) -> Iterator[Change]:
    """Leave out changes inside items that DSS does not have: the place ``[]`` shows those items."""
    new: set[str] = set()
    for pointer, keys in wanted.items():
        if pointer.endswith("/[]"):
            there = set(now.get(pointer) or ())
            new |= {f"{pointer[:-3]}/[{escape(key)}]" for key in keys or () if key not in there}
    for change in changes:
        parts = change.pointer.split("/")
        inside = any(
            "/".join(parts[:n]) in new for n in range(2, len(parts)) if parts[n - 1].startswith("[")
        )
        if not inside or change.reason is Reason.REMOVED_FROM_CODE:
            yield change
