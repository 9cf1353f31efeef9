"""Does one task of a plan: the requests that create, update, rename or delete one resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import define, evolve, field

from dssdsl.errors import Denied, DssError, NotFound, Rejected
from dssdsl.lang.fields import REMOVE, Shape
from dssdsl.lang.graph import Graph
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.kinds import facts
from dssdsl.lang.live import Live
from dssdsl.lang.lookup import Lookup
from dssdsl.lang.overlay import overlay, plain
from dssdsl.lang.provider import (
    Creates,
    KeepsData,
    Provider,
    Renames,
    SavesParts,
    able,
)
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Unknown, at_creation, leaves, unset_as_recorded
from dssdsl.plan.causes import Cause, FollowUp
from dssdsl.plan.changes import Reason
from dssdsl.plan.steps import Action, Step
from dssdsl.state.snapshot import Attempt, Entry, Snapshot

from .columns import Columns
from .conflicts import conflicts, is_another, overwritten
from .guard import Guard
from .identity import attempt
from .ledger import Ledger
from .renames import Rename
from .schedule import Part, Task
from .settle import Settlement, refuse_dropped, refuse_ignored


def called(live: Live, name: str) -> Live:
    """What was read, as it is under another name."""
    document, head = (
        {**found, "name": name} if found and found.get("name") == live.name else found
        for found in (live.document, live.head)
    )
    return evolve(live, name=name, document=document, head=head)


@define(slots=False)
class Writer:
    """
    Sends the requests of a run.

    Attributes:
        graph: What the program declares.
        resolver: Turns references into ids; knows those of the ledger.
        snapshots: The recorded state, by project.
        dss: The session.
        providers: By kind.
        ledger: What is done so far.
        guard: Asked before each write.
        listed: What DSS had when the plan was made, by project and kind.
        replaces: Globs of resources that may be deleted and created again.
    """

    graph: Graph
    resolver: Resolver
    snapshots: Mapping[str, Snapshot]
    dss: Any
    providers: Mapping[str, Provider]
    ledger: Ledger
    guard: Guard = field(factory=Guard)
    listed: Mapping[str, Mapping[str, tuple[Live, ...]]] = field(factory=dict)
    replaces: tuple[str, ...] = ()
    _carried: dict[Key, Document] = field(factory=dict)
    _hooked: dict[Key, Live] = field(factory=dict)

    @cached_property
    def columns(self) -> Columns:
        """Has DSS detect and compute columns."""
        return Columns(self.dss, self.ledger, self.guard, self.replaces)

    def do(self, task: Task) -> None:
        """
        Do one task.

        Raises:
            DssdslError: DSS refused it, or it would overwrite what somebody else saved.
        """
        step, provider = task.step, self.providers[task.step.kind]
        resource = self.graph.resources.get(step.key)
        if task.part is Part.DELETE:
            self.delete(step, provider)
        elif task.part is Part.ASIDE:
            self.rename(step, provider, step.aside or step.name)
        elif resource is None:
            raise DssError(f"{step.label} is not in the program")
        elif task.part is Part.RENAME:
            self.rename(step, provider, resource.identity, resource.names_done)
        elif task.part is Part.SCHEMAS:
            self.columns.compute(step, provider, resource)
        elif step.action is Action.CREATE or task.part is Part.CREATE:
            self.create(step, provider, resource)
        elif step.action is Action.ADOPT and not step.changes:
            self.ledger.keep(step.key, step.entry)
        else:
            self.update(step, provider, resource)

    def want(self, resource: Resource, entry: Entry | None = None) -> Document:
        """
        The document of *resource*, with the ids that are known by now.

        Raises:
            DssError: DSS has not created what it refers to.
        """
        document: Document = self.resolver.resolve(resource.wanted())
        if entry is not None:
            document = unset_as_recorded(document, entry.recorded)
        for leaf in leaves(document):
            if isinstance(leaf, Unknown):
                raise DssError(f"{resource.label} needs the {leaf.what}, which DSS has not created")
        return document

    def create(self, step: Step, provider: Provider, resource: Resource) -> None:
        """Create the object, read it back, and save what DSS did not take with the creation."""
        if resource.always_there:
            self.update(step, provider, resource)
            return
        want = self.want(resource)
        self.guard.check(step.project)
        self.ledger.intend_create(step, self.attempt(step, want))
        try:
            id = able(provider, Creates).create(self.dss, step.project, plain(want), resource)
        except (Rejected, Denied):
            # DSS created nothing: what has that name, or gets it later, is somebody else's.
            self.ledger.refused(step.key)
            raise
        made = Entry(id=id, incomplete=True, needs=self.needs(step.key))
        self.ledger.made(step.key, made)
        if step.kind == PROJECT:
            self.guard.created(step.project)
        live = self.read(provider, step, id)
        self.ledger.keep(step.key, made.model_copy(update={"created_at": live.created_at}))
        self.settle(step, provider, resource, want, live, created=True)

    def attempt(self, step: Step, want: Document) -> Attempt:
        """What tells later whether a creation that comes next made what DSS has."""
        announced = self.snapshots[step.project].pending.get(step.key.local)
        before = announced.before if announced is not None else ()
        return attempt(step.kind, before, self.dss, want)

    def update(self, step: Step, provider: Provider, resource: Resource) -> None:
        """Lay what the program wants over what DSS holds now, and save it."""
        want = self.want(resource, step.entry)
        id = self.ledger.ids.get(step.key) or (step.live.id if step.live else "")
        if step.makes:
            self.guard.check(step.project)
            self.ledger.intend_create(step, self.attempt(step, want))
        live = self.read_unchanged(provider, step, id)
        self.ledger.know(step.key, id)
        cut_off = step.entry is not None and step.entry.incomplete and not step.entry.recorded
        created = cut_off or step.live is None
        self.settle(step, provider, resource, want, live, created=created)

    def read_unchanged(self, provider: Provider, step: Step, id: str) -> Live:
        """
        Read an object that is still as it was when the plan was made.

        Raises:
            DssError: Somebody else has saved it since.
        """
        live = self.read(provider, step, id)
        self.check_unchanged(provider, step, live)
        return live

    def check_unchanged(self, provider: Provider, step: Step, live: Live) -> None:
        """
        Check that an object is still as it was when the plan was made.

        Raises:
            DssError: Somebody else has saved it since, or deleted it and created another one.
        """
        if step.live is not None and self.changed_since(provider, step, step.live, live):
            another = is_another(step.live, live)
            who = (live.created_by if another else live.saved_by) or "somebody"
            did = "deleted and created" if another else "changed"
            raise DssError(
                f"{who} {did} {step.label} in DSS after the plan was made",
                fix="run it again: the plan will show the change",
            )

    def changed_since(self, provider: Provider, step: Step, planned: Live, live: Live) -> bool:
        """Whether somebody else has saved an object since the plan, or since the step's own hooks saved it."""
        before = called(self._hooked.get(step.key, planned), live.name)
        gone = self.ledger.deleted_in(step.project)
        login = self.dss.login if gone else None
        renames = self.ledger.renames_in(step.project)
        return conflicts(before, live, renames, provider.rewritten, gone, login)

    def around(self, step: Step, hooks: Callable[[], None]) -> None:
        """Run the hooks before a step; what they save of its object, as this login, is no conflict."""
        provider, planned = self.providers[step.kind], step.live
        if planned is None or step.action is Action.FORGET or step.cause is Cause.WITH_PROJECT:
            hooks()
            return
        id = self.ledger.ids.get(step.key) or planned.id
        before = provider.read(self.dss, step.project, id)
        hooks()
        after = provider.read(self.dss, step.project, id)
        if (
            before is not None
            and after is not None
            and after.saved_by in (None, self.dss.login)
            and not self.changed_since(provider, step, planned, before)
            and not is_another(before, after)
        ):
            self._hooked[step.key] = after

    def rename(
        self, step: Step, provider: Provider, new: str, done: Sequence[str] | None = None
    ) -> None:
        """
        Give the object of a step another name.

        Args:
            step: The step.
            provider: Of its kind.
            new: The name.
            done: The former names that it has with it; None if it has it only for a while.
        """
        first = step.live or Live("", "")
        last = self.ledger.entries.get(step.key.renamed(step.aside)) if step.aside else None
        id, old = (last.id, step.aside or "") if last is not None else (first.id, first.name)
        self.check_unchanged(provider, step, self.read(provider, step, id))
        self.guard.check(step.project)
        self.ledger.intend("writing", step)
        able(provider, Renames).rename(self.dss, step.project, id, new)
        self.ledger.rename(Rename(step.project, step.kind, old, new))
        entry = step.entry or Entry(
            id=id, origin="adopted", created_at=first.created_at, incomplete=True
        )
        known = {
            "id": new if id == old else id,
            "renamed_from": [first.name] if done is None else done,
        }
        self.ledger.forget(step.key.renamed(old))
        self.ledger.keep(step.key.renamed(new), entry.model_copy(update=known))
        self.ledger.know(step.key.renamed(new), new if id == old else id)

    def settle(
        self,
        step: Step,
        provider: Provider,
        resource: Resource,
        want: Document,
        live: Live,
        *,
        created: bool,
    ) -> None:
        """
        Save *want* over *live* where they differ, read it back, and record DSS's answer.

        Raises:
            DssError: DSS did not store a value.
        """
        if created and isinstance(provider, KeepsData):
            live = self.apart(step, provider, resource, want, live)
        salt = self.snapshots[step.project].lineage
        before = live.document or {}
        carried = self._carried.get(step.key, {}) if created else {}
        settlement = Settlement(resource, step, want, salt, before, created, live.version, carried)
        after = settlement.after()
        if settlement.differs(after):
            live = self.save(step, provider, resource, live, before, after)
            refuse_ignored(step.label, settlement.ignored(live))
        entry = settlement.entry(live, self.graph.needs(step.key))
        self.ledger.keep(step.key, entry)
        refuse_dropped(step.label, settlement.dropped(live))
        self.ledger.report(step.key, settlement.stored_otherwise(entry.normalized))
        if FollowUp.DETECT_COLUMNS in step.then:
            self.columns.detect(step, provider, live.id)
            self.ledger.complete(step.key)

    def apart(
        self, step: Step, provider: Provider, resource: Resource, want: Document, live: Live
    ) -> Live:
        """
        Give a new object another place if DSS chose one where another object has its data.

        DSS derives the place from the name, and a rename leaves data where it is.
        """
        places, before = able(provider, KeepsData), live.document or {}
        mine = places.place(step.project, before)
        chosen = (at_creation(want).get("params") or {}).keys()
        if mine is None or {"path", "table"} & chosen:
            return live
        replaced = step.live.id if step.live is not None and step.action is Action.REPLACE else None
        owners = {
            places.place(step.project, one.document or one.head or {}): one.name
            for one in self.listed.get(step.project, {}).get(step.kind, ())
            if one.id != replaced and (one.id, one.created_at) != (live.id, live.created_at)
        }
        if mine not in owners:
            return live
        free, number = before, 1
        while places.place(step.project, free) in owners:
            number += 1
            free = places.elsewhere(before, number)
        note = f"{owners[mine]} has its data where DSS would put it: it gets a place of its own"
        self.ledger.report(step.key, [note])
        return self.save(step, provider, resource, live, before, free)

    def save(
        self,
        step: Step,
        provider: Provider,
        resource: Resource,
        live: Live,
        before: Document,
        after: Document,
    ) -> Live:
        """Save *after*, and read it back; a save of somebody else in between is reported."""
        self.guard.check(step.project)
        self.ledger.intend_write(step)
        provider.update(self.dss, step.project, live.id, before, after, resource)
        now = self.read(provider, step, live.id)
        saves = provider.saves(before, after) if isinstance(provider, SavesParts) else 1
        if lost := overwritten(self.dss, step, live, now, saves):
            self.ledger.report(step.key, [lost])
        return now

    def read(self, provider: Provider, step: Step, id: str) -> Live:
        """
        Read an object that must exist.

        Raises:
            NotFound: DSS does not have it any more.
        """
        live = provider.read(self.dss, step.project, id)
        if live is None:
            raise NotFound(f"{step.label} is not in DSS any more", fix="run it again")
        return live

    def delete(self, step: Step, provider: Provider) -> None:
        """Delete the object; no error if DSS deleted it together with another one."""
        goes = step.action is not Action.FORGET and step.cause is not Cause.WITH_PROJECT
        if goes and step.live is not None:
            if facts(step.kind).always_there:
                self.withdraw(step, provider)
            else:
                id = self.ledger.ids.get(step.key, step.live.id)
                now = provider.read(self.dss, step.project, id)
                if now is not None:
                    self.check_unchanged(provider, step, now)
                    if step.action is Action.REPLACE:
                        self._carried[step.key] = carried(step, now)
                self.guard.check(step.project)
                self.ledger.intend("deleting", step)
                self.ledger.delete(step.project, id)
                try:
                    able(provider, Creates).delete(
                        self.dss, step.project, id, drop_data=step.drop_data
                    )
                except NotFound:
                    self.ledger.report(step.key, ["was gone already"])
        self.ledger.forget(step.key)

    def withdraw(self, step: Step, provider: Provider) -> None:
        """Take what the program set out of a document that every project has."""
        live = self.read_unchanged(provider, step, step.live.id if step.live else "")
        before = live.document or {}
        after = overlay(before, {}, Shape())
        places = Lookup(after, facts(step.kind).shape())
        for change in step.changes:
            places.drop(change.pointer, REMOVE if change.new is None else change.new)
        if after != before:
            self.guard.check(step.project)
            self.ledger.intend_write(step)
            provider.update(self.dss, step.project, live.id, before, after, None)

    def needs(self, key: Key) -> list[str]:
        """What the state says that a resource needs."""
        return sorted(need.seen_from(key.project) for need in self.graph.needs(key))


def carried(step: Step, live: Live) -> Document:
    """What people wrote about an object that is about to be replaced; what the program dropped goes."""
    document = live.document or {}
    gone = {c.pointer.split("/")[1] for c in step.changes if c.reason is Reason.REMOVED_FROM_CODE}
    names = [name for name in facts(step.kind).carried if name not in gone]
    return {name: document[name] for name in names if document.get(name)}
