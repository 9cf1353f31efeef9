"""Compares wanted, recorded, normalized and live, place by place: what changes, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve, frozen

from dssdsl.lang.canonical import View, agrees, escape, item_keys, leaf, look, removed, view
from dssdsl.lang.fields import LEAVE, REMOVE, Fact, Shape
from dssdsl.lang.values import Document, holds_secret
from dssdsl.plan.changes import Change, Effect, Reason


@frozen
class Difference:
    """
    What comparing one resource gave.

    Attributes:
        changes: The places that differ.
        normalized: Where DSS holds other than what the program sets, and that is no difference.
        reasons: How often each row of the ladder was reached; nothing where all is as it was.
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
) -> Difference:
    """
    Compare the four documents of a resource that exists.

    Args:
        want: What the program sets now, settled: no value that only a creation sends.
        recorded: What it set when it was last deployed; None if it never was.
        normalized: Where DSS answered other than *recorded* then.
        live: What DSS holds; None where its version says that nobody touched it since.
        shape: What is known of the places.
        salt: For the digests of secrets.
        exclusive: Fields whose map or list counts whole though it is laid over others'.
    """
    if (
        recorded == want
        and not normalized
        and (live is None or agrees(live, want, shape, exclusive))
    ):
        return Difference()  # as nearly always: nothing to look at place by place
    wanted = view(want, want, shape, salt=salt, exclusive=exclusive)
    known: View = {}
    if recorded is not None:
        same = recorded == want
        known = wanted if same else view(recorded, recorded, shape, salt=salt, exclusive=exclusive)
    expected = {**known, **normalized}
    if live is None:
        # Untouched, so what DSS holds of these places is what it answered last.
        now = then = expected
    else:
        now = view(live, want, shape, salt=salt, exclusive=exclusive)
        then = (
            now
            if recorded == want
            else view(live, recorded, shape, salt=salt, exclusive=exclusive)
            if recorded is not None
            else {}
        )
    reasons: dict[Reason, int] = {}
    changes: list[Change] = []
    answered: dict[str, Any] = {}
    for pointer, value in wanted.items():
        place, owner = shape.find(pointer)
        facts = place.facts | (owner.facts if owner else frozenset())
        held = expected.get(pointer, value) if Fact.WRITE_ONLY in facts else now.get(pointer)
        row, effect = _row(pointer, value, held, known, expected, then, facts, new=recorded is None)
        reasons[row] = reasons.get(row, 0) + 1
        if row is Reason.AS_NORMALIZED:
            answered[pointer] = held
        elif row is not Reason.ALREADY_SET:
            if effect is Effect.SHOW:
                answered[pointer] = held
            name = owner.field if owner and owner.field else pointer.split("/")[1]
            changes.append(Change(pointer, name, held, value, row, effect))
    if recorded is not None and recorded != want:
        for change in _dropped(recorded, want, live, expected, shape):
            reasons[change.reason] = reasons.get(change.reason, 0) + 1
            changes.append(change)
    told = [
        evolve(c, secret=True)
        if holds_secret(look(want, c.pointer, shape))
        or holds_secret(look(recorded, c.pointer, shape))
        else c
        for c in _collapsed(changes, wanted, now)
    ]
    return Difference(tuple(told), answered, reasons)


def _row(
    pointer: str,
    value: Any,
    held: Any,
    known: View,
    expected: View,
    then: View,
    facts: frozenset[Fact],
    *,
    new: bool,
) -> tuple[Reason, Effect]:
    if value == held:
        return Reason.ALREADY_SET, Effect.UPDATE
    effect = Effect.UPDATE
    if Fact.MOVES_DATA in facts:
        effect = Effect.MOVE
    elif Fact.CREATE_ONLY in facts:
        # A place that is not there yet can be added to; only what is there is fixed.
        grows = held is None or (pointer.endswith("/{}") and set(held) <= set(value or ()))
        effect = Effect.UPDATE if grows and Fact.CLOSED in facts else Effect.REPLACE
    if new:
        return Reason.ADOPTED_DIFFERS, effect
    if pointer in known and known[pointer] == value:
        if Fact.WRITE_ONLY in facts or then.get(pointer) == expected.get(pointer):
            return Reason.AS_NORMALIZED, effect
        return Reason.CHANGED_IN_DSS, Effect.SHOW if Fact.SET_BY_RUNS in facts else effect
    if (
        pointer in known
        and Fact.WRITE_ONLY not in facts
        and then.get(pointer) not in (known[pointer], expected.get(pointer))
    ):
        return Reason.CHANGED_ON_BOTH_SIDES, effect
    return Reason.CHANGED_IN_CODE, effect


def _dropped(
    recorded: Document,
    want: Document,
    live: Document | None,
    expected: View,
    shape: Shape,
) -> Iterator[Change]:
    for pointer, value in removed(recorded, want, shape):
        for inner, was, reset in _resets(pointer, value, shape.find(pointer)[0]):
            place, owner = shape.find(inner)
            name = owner.field if owner and owner.field else inner.split("/")[1]
            facts = place.facts | (owner.facts if owner else frozenset())
            held = held_at(live, inner, was, shape, expected)
            if reset is LEAVE or facts & {Fact.CREATE_ONLY, Fact.WRITE_ONLY}:
                yield Change(inner, name, held, held, Reason.REMOVED_FROM_CODE, Effect.SHOW)
            elif reset is REMOVE:
                if held is not None:
                    yield Change(inner, name, held, None, Reason.REMOVED_FROM_CODE)
            elif held != (reset or None):
                yield Change(inner, name, held, reset, Reason.REMOVED_FROM_CODE)


def _resets(pointer: str, value: Any, place: Shape) -> Iterator[tuple[str, Any, Any]]:
    """The places under *pointer*, each with what it was and what it goes back to."""
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


def held_at(live: Document | None, pointer: str, value: Any, shape: Shape, expected: View) -> Any:
    """What DSS holds at one place: from the document, or, where nobody touched it, from what we know."""
    if live is None:
        return expected.get(pointer, leaf(value))
    return leaf(look(live, pointer, shape), shape.find(pointer)[0])


def _collapsed(changes: list[Change], wanted: View, now: View) -> Iterator[Change]:
    """Leave out what is inside items that come new: that they come says it."""
    fresh: set[str] = set()
    for pointer, keys in wanted.items():
        if pointer.endswith("/[]"):
            there = set(now.get(pointer) or ())
            fresh |= {f"{pointer[:-3]}/[{escape(key)}]" for key in keys or () if key not in there}
    for change in changes:
        parts = change.pointer.split("/")
        inside = any(
            "/".join(parts[:n]) in fresh
            for n in range(2, len(parts))
            if parts[n - 1].startswith("[")
        )
        if not inside or change.reason is Reason.REMOVED_FROM_CODE:
            yield change
