"""What becomes of edits in the UI, and of what a program drops: for every place of every type."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, ClassVar

import pytest
from attrs import frozen

from dssdsl.cli.sentences import remark
from dssdsl.dss.session import Session
from dssdsl.emulator import Emulator, InProcess
from dssdsl.errors import DssdslError, ProgramErrors
from dssdsl.lang.canonical import align, leaf
from dssdsl.lang.fields import LEAVE, REMOVE, Fact, Shape
from dssdsl.lang.items import escape, is_items, item_keys
from dssdsl.lang.live import Live
from dssdsl.lang.lookup import dotted
from dssdsl.lang.overlay import overlay
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, settled
from dssdsl.plan.causes import Topic
from dssdsl.plan.changes import DRIFT, Change, Reason
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action, Plan
from tests.support.effort import some

AGREED = Options(adopt=True, moves=("*",), replaces=("*",), commit_others=True)
UNSEEN = frozenset({Fact.WRITE_ONLY, Fact.CREATE_ONLY})
"""What somebody in the UI cannot change: it is not there, or fixed."""
Path = tuple[str | int, ...]


@frozen
class Place:
    """
    One place that a program sets.

    Attributes:
        pointer: As plans write it.
        path: Keys and positions that lead there in what DSS holds; None where its item is gone.
        facts: What is known of it.
        wanted: What the program sets.
        held: What DSS holds.
    """

    pointer: str
    path: Path | None
    facts: frozenset[Fact]
    wanted: Any
    held: Any


def places(live: Any, like: Any, root: Shape) -> dict[str, Place]:
    """The places of *live* that *like* sets, by pointer."""
    found: dict[str, Place] = {}

    def note(pointer: str, path: Path | None, wanted: Any, held: Any) -> None:
        place, owner = root.find(pointer)
        facts = place.facts | (owner.facts if owner else frozenset())
        found[pointer] = Place(pointer, path, facts, wanted, held)

    def walk(live: Any, like: Any, shape: Shape, where: str, path: Path | None) -> None:
        if isinstance(like, dict) and Fact.WHOLE not in shape.facts:
            if Fact.CLOSED in shape.facts:
                note(f"{where}/{{}}", path, sorted(like), sorted(live or ()))
            for name, inner in like.items():
                there = live.get(name) if isinstance(live, dict) else None
                below = None if path is None else (*path, name)
                walk(there, inner, shape.child(name), f"{where}/{escape(name)}", below)
        elif is_items(like) and Fact.WHOLE not in shape.facts:
            live = live or []
            matched = align(like, live, shape)
            names = item_keys(like, shape)
            mine = {at: name for at, name in zip(matched, names, strict=True) if at is not None}
            held = [mine.get(at, f"+{name}") for at, name in enumerate(item_keys(live, shape))]
            if Fact.OPEN in shape.facts:
                held = [name for name in held if not name.startswith("+")]
            loose = shape.facts & {Fact.UNORDERED, Fact.OPEN}
            note(f"{where}/[]", path, names, sorted(held) if loose else held)
            for name, item, at in zip(names, like, matched, strict=True):
                below = None if path is None or at is None else (*path, at)
                there = None if at is None else live[at]
                walk(there, item, shape, f"{where}/[{escape(name)}]", below)
        else:
            note(where, path, like, leaf(live, shape))

    walk(live, like, root, "", ())
    return found


def at(document: Any, path: Path) -> Any:
    """What stands at *path*."""
    for part in path:
        if isinstance(document, list) and isinstance(part, int):
            document = document[part]
        else:
            document = document.get(part) if isinstance(document, dict) else None
    return document


def edited(document: Document, path: Path, value: Any) -> Document:
    """Copy *document* with *value* at *path*."""
    out: Any = copy.deepcopy(document)
    here = out
    for part in path[:-1]:
        here = here[part] if isinstance(here, list) else here.setdefault(part, {})
    here[path[-1]] = value
    return out  # type: ignore[no-any-return]


def others(place: Place, value: Any, tokens: Callable[[str], list[str]]) -> Iterator[Any]:
    """Yield what somebody may make of a value in the UI."""
    if place.pointer.endswith("/{}"):
        yield {**value, "new": next(iter(value.values()), "x")}
        yield dict(list(value.items())[:-1])
    elif place.pointer.endswith("/[]"):
        if Fact.OPEN not in place.facts:
            yield [*value, _renamed(value[-1])]
        yield value[:-1]
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, float)):
        yield value + 1
    elif isinstance(value, str):
        yield from tokens(str((place.path or ("",))[-1]))
        yield f"{value}2"
        yield ""
    elif isinstance(value, list):
        yield [*value, _renamed(value[-1])] if value else ["x"]
        yield value[:-1]
    elif isinstance(value, dict):
        yield {**value, "new": "x"}
        yield {name: _renamed(inner) for name, inner in value.items()}
    else:
        yield from ("x", True, 1, ["x"])


def _renamed(item: Any) -> Any:
    if isinstance(item, dict):
        return {k: _renamed(v) if isinstance(v, (str, dict)) else v for k, v in item.items()}
    return f"{item}2" if isinstance(item, str) else item


class Alice:
    """Somebody who edits a resource in DSS."""

    def __init__(self, dss: Emulator, resource: Resource, id: str) -> None:
        self.session = Session("http://emulator", "alice", adapter=InProcess(dss))
        self.provider = PROVIDERS[resource.kind]
        self.resource, self.id = resource, id
        self.project = resource.key.partition("/")[0]

    def sees(self) -> Live:
        """What DSS holds of it."""
        found: Live | None = self.provider.read(self.session, self.project, self.id)
        assert found is not None
        return found

    def saves(self, document: Document) -> None:
        """Save it."""
        before, after = self.sees().document, copy.deepcopy(document)
        self.provider.update(self.session, self.project, self.id, before, after, self.resource)

    def edits(
        self, pointer: str, want: Document, tokens: Callable[[str, Any], list[str]]
    ) -> set[str] | None:
        """
        Change one place, and as little as can be of what else the program sets.

        Returns:
            The places that are other than before; None where DSS takes nothing else in this one.
        """
        shape = self.resource.shape()
        before = self.sees().document or {}
        was = places(before, want, shape)
        place = was[pointer]
        assert place.path is not None, pointer
        value = at(before, place.path)
        best: tuple[set[str], Any] | None = None
        sample = place.wanted if value is None else value
        for other in others(place, sample, lambda name: tokens(name, value)):
            try:
                self.saves(edited(before, place.path, other))
            except DssdslError:
                continue  # DSS does not take it
            now = places(self.sees().document or {}, want, shape)
            moved = {
                p for p, one in now.items() if one.held != was[p].held and one.path is not None
            }
            if pointer.rpartition("/")[0] and now[pointer].path is None:
                moved.add(next(p for p in moved if p.endswith("/[]")))
            if moved == {pointer}:
                return moved
            if moved and (best is None or len(moved) < len(best[0])):
                best = moved, other
            self.saves(before)
        if best is not None:
            self.saves(edited(before, place.path, best[1]))
        return best[0] if best else None


def fields_of(change: Change, shape: Shape) -> set[str | None]:
    """The fields that a change is of: several, where it is of the names in a map."""
    if not change.pointer.endswith("/{}"):
        return {change.field}
    gone = set(change.old) - set(change.new or ())
    owners = (shape.find(f"{change.pointer[:-2]}{name}")[1] for name in gone)
    return {owner.field for owner in owners if owner is not None}


def differs(document: Any, shape: Shape, paths: tuple[str, ...]) -> bool:
    """Whether DSS holds other than the defaults at some of *paths*."""
    for path in paths:
        reset = shape.find(f"/{path.replace('.', '/')}")[0].reset
        if reset is LEAVE or leaf(at(document, tuple(path.split(".")))) != leaf(reset):
            return True
    return False


class UiContract:
    """Laws of every type about edits in the UI, which `ResourceContract` hands on."""

    cls: ClassVar[Any]
    document: ClassVar[dict[str, Any]]
    edits: ClassVar[list[tuple[str, Any, str]]]
    minimal: Callable[[], dict[str, Any]]
    full: Callable[[], dict[str, Any]]
    subject: Callable[..., Resource]

    def looked_at(self, workspace: Any, fields: Any, **edit: Any) -> tuple[Any, Any, Document, Any]:
        """A workspace with *fields*, its plan, what it wants, and what DSS holds."""
        ready = workspace(fields, **edit)
        prepared = ready.prepare(AGREED)
        key = self.subject(ready, self).key
        live = prepared.reading.observed.live.get(key)
        return ready, prepared, settled(prepared.reading.wants[key]), live

    @pytest.mark.proof
    def test_each_place_edited_in_the_ui_is_named_and_put_back(self, workspace, dss):
        """
        Whatever place Alice changes, the plan names it, that it was her and when, and no other; `up` puts it back.
        """
        workspace(self.full).up()
        shape = self.cls.shape()
        _, _, want, live = self.looked_at(workspace, self.full)
        subject = self.subject(workspace(self.full), self)
        found = [*places(Alice(dss, subject, live.id).sees().document, want, shape)]
        for pointer in some(found, 5, "places", self.cls.__name__):
            _, _, want, live = self.looked_at(workspace, self.full)
            alice = Alice(dss, subject, live.id)
            before = alice.sees().document
            facts = places(before, want, shape)[pointer].facts
            moved = alice.edits(pointer, want, self.tokens)
            if moved is None:
                assert facts & UNSEEN, f"{pointer}: DSS takes no other value"
                continue
            ready, prepared, _, _ = self.looked_at(workspace, self.full)
            drift = workspace(self.full).prepare(AGREED, whole=True).plan.only(DRIFT)

            if Fact.WRITE_ONLY in facts:
                assert not prepared.plan, pointer
            elif Fact.SET_BY_RUNS in facts:
                self.check_kept(prepared.plan, subject, pointer)
                alice.saves(before)
            else:
                self.check_named(prepared.plan, drift, alice, moved, pointer)
                fixed = Fact.CREATE_ONLY in facts
                assert fixed <= any(s.action is Action.REPLACE for s in prepared.plan.steps)
                ready.run(prepared)
        assert not workspace(self.full).preview()

    def test_what_is_taken_out_of_its_zone_in_the_ui_goes_back(self, workspace, dss):
        """
        The zone is the zone's document: it is the one that the plan names, and no other.
        """
        if "zone" not in self.cls.public_names():
            pytest.skip("it lies in no zone")
        workspace(self.full).up()
        ready = workspace(self.full)
        zone = self.subject(ready, self).zone
        refreshed = ready.prepare(whole=True).reading
        alice = Alice(dss, zone, refreshed.observed.live[zone.key].id)
        moved = alice.edits("/items/[]", settled(refreshed.wants[zone.key]), self.tokens)
        assert moved == {"/items/[]"}

        ready, prepared, _, _ = self.looked_at(workspace, self.full)
        drift = workspace(self.full).prepare(AGREED, whole=True).plan.only(DRIFT)

        self.check_named(prepared.plan, drift, alice, moved, "/items/[]")
        ready.run(prepared)
        assert not workspace(self.full).preview()

    def test_what_is_not_declared_stays_as_alice_left_it(self, workspace, dss):
        """
        What Alice sets of all that the program could declare and does not, no deployment of something else touches.
        """
        field, value = next((f, v) for f, v, action in self.edits if action == "update")
        new = {field: value() if callable(value) else value}

        def little() -> dict[str, Any]:
            full = self.full()
            return {**{n: full.get(n, v) for n, v in self.minimal().items()}, field: full[field]}

        workspace(self.full).up()
        whole = self.looked_at(workspace, self.full)[2]
        dss.reset()
        workspace(little).up()
        _, _, want, live = self.looked_at(workspace, little)
        alice = Alice(dss, self.subject(workspace(little), self), live.id)
        shape = self.cls.shape()
        alice.saves(overlay(overlay(alice.sees().document, whole, shape), want, shape))
        left = places(alice.sees().document, whole, shape)

        ready, prepared, want, _ = self.looked_at(workspace, little, **new)
        (step,) = prepared.plan.steps
        assert {field} == {change.field for change in step.changes}
        ready.run(prepared)

        owned = tuple(f"/{path.replace('.', '/')}" for path in self.cls.paths_of(field))
        mine = {*places({}, want, shape), *(p for p in left if p.startswith(owned))}
        found = places(alice.sees().document, whole, shape)
        assert {p: one.held for p, one in left.items() if p not in mine} == {
            p: one.held for p, one in found.items() if p not in mine
        }
        assert set(left) - mine or len(whole) <= 2, "there is nothing that only Alice sets"
        assert not workspace(little, **new).preview()

    @pytest.mark.proof
    def test_what_is_dropped_goes_back_or_is_said_to_stay(self, workspace, dss):
        """
        Each field that the program drops, and all at once, goes to the default that is known, or the plan says that it stays.
        """
        workspace(self.full).up()
        names: list[str] = []

        def known() -> dict[str, Any]:
            full = self.full()
            names.extend(full)
            return full

        workspace(known)
        needed: list[str] = []
        for name in names:
            with suppress(ProgramErrors):
                workspace(self.without([name]))
                continue
            needed.append(name)
        loose = [n for n in names if n not in needed]
        whole = self.looked_at(workspace, self.full)[2]
        each = [[n] for n in some(loose, 4, "dropped", self.cls.__name__)]
        for dropped in [*each, loose] if loose else []:
            try:
                ready, prepared, want, before = self.looked_at(workspace, self.without(dropped))
            except ProgramErrors as error:
                told = str(error)
            else:
                told = ""
            if told:  # others make no sense without it
                assert any(name in told for name in dropped), told
                continue
            if want != whole:  # the default may be what was said
                self.check_dropped(prepared.plan, want, before, dropped)
            ready.run(prepared)
            left = workspace(self.without(dropped)).preview()
            assert [] == [(s.label, s.changes) for s in left.steps], dropped
            workspace(self.full).up(AGREED)

    def without(self, dropped: list[str]) -> Callable[[], dict[str, Any]]:
        """All fields but some."""
        return lambda: {n: v for n, v in self.full().items() if n not in dropped}

    def check_kept(self, plan: Plan, resource: Resource, pointer: str) -> None:
        """What runs set too is told, and stays."""
        assert not plan, pointer
        said = f"{resource.label}: a run may have changed {dotted(pointer)}: "
        assert any(remark(each).startswith(said) for each in plan.remarks), pointer

    def check_named(
        self, plan: Plan, drift: Plan, alice: Alice, moved: set[str], pointer: str
    ) -> None:
        """The plan says what she did, and nothing else."""
        steps = [step for step in plan.steps if step.action is not Action.KEEP]
        mine = [step for step in steps if step.key == alice.resource.key]
        told = [(c.pointer, c.reason) for step in mine for c in step.changes]
        assert {(p, Reason.CHANGED_IN_DSS) for p in moved} == set(told), pointer
        assert len(told) == len(set(told)), pointer
        if mine[0].action is not Action.REPLACE:  # which takes it out of its zone, too
            assert len(steps) == 1, pointer
        assert mine[0].changes == drift.steps[0].changes, pointer
        live = mine[0].live
        assert live is not None
        versioned = "versionTag" in {**(live.head or {}), **(live.document or {})}
        assert (live.saved_by == "alice", live.saved_at is not None) == (versioned, versioned), (
            pointer
        )

    def check_dropped(self, plan: Plan, want: Document, before: Live, dropped: list[str]) -> None:
        """What goes away goes to its default, or is told to stay; and nothing else does anything."""
        shape = self.cls.shape()
        always = places({}, want, shape)
        others = [
            change for step in plan.steps if step.kind != self.cls.kind for change in step.changes
        ]
        assert all(c.reason is Reason.REMOVED_FROM_CODE for c in others), dropped
        mine = [
            change for step in plan.steps if step.kind == self.cls.kind for change in step.changes
        ]
        for change in mine:
            place, _ = shape.find(change.pointer)
            if change.pointer in always:  # the program owns it, said or not
                assert change.reason is Reason.CHANGED_IN_CODE, change
            else:
                reset = (
                    None if place.reset is REMOVE or change.pointer.endswith("]") else place.reset
                )
                assert (change.reason, change.new) == (Reason.REMOVED_FROM_CODE, reset), change
            assert change.old is not None, change
            assert fields_of(change, shape) <= set(dropped), change
        kept = [r for r in plan.remarks if r.topic in (Topic.VALUE_STAYS, Topic.FIELD_STAYS)]
        assert mine or others or kept, f"{dropped}: nothing is said"
        fields = {name for name in dropped if self.cls.paths_of(name)}
        told = {name for change in mine for name in fields_of(change, shape)} | {
            name
            for name in fields
            if any(r.topic is Topic.VALUE_STAYS or r.names == (name,) for r in kept)
        }
        defaults = {n for n in fields if not differs(before.document, shape, self.cls.paths_of(n))}
        replaced = any(step.action is Action.REPLACE for step in plan.steps)
        assert replaced or fields <= told | defaults, f"nothing is said of {fields - told}"

    def tokens(self, name: str, value: Any) -> list[str]:
        """What else a real DSS has under this name."""
        found: dict[str, None] = {}

        def walk(document: Any) -> None:
            if isinstance(document, Mapping):
                if isinstance(document.get(name), str) and document[name] not in ("", value):
                    found[document[name]] = None
                for inner in document.values():
                    walk(inner)
            elif isinstance(document, list):
                for inner in document:
                    walk(inner)

        walk(self.document)
        return list(found)
