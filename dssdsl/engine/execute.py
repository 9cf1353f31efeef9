"""Runs a plan: workers, journal, events."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from attrs import define, field, frozen

from dssdsl.errors import Cancelled, DssdslError, DssError, Exists, Locked, NotFound
from dssdsl.lang.canonical import drop, look, overlay, plain, view
from dssdsl.lang.fields import REMOVE, Fact, Shape
from dssdsl.lang.graph import Graph, Resolver
from dssdsl.lang.model import many
from dssdsl.lang.program import Program
from dssdsl.lang.provider import Live, Provider
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Unknown, at_creation, holds_secret, leaves, settled
from dssdsl.plan.changes import Effect, Reason
from dssdsl.plan.events import Done, Failed, Listener, Note, Skipped, Started
from dssdsl.plan.steps import CONTAINED, Action, Plan, Step, entry_key, full_key
from dssdsl.state.journal import Journal
from dssdsl.state.snapshot import Entry, Snapshot

from .conflicts import moved, overtaken
from .entries import entry_of
from .policies import run_hooks
from .renames import Rename
from .schedule import Schedule, Task

WORKER = "dssdsl worker"
"""What the threads are called that do steps."""
LOOK = 0.2
"""Seconds after which a run looks whether it shall stop."""
STOPPING = "stopping: running steps end, nothing new starts (press again to stop at once)"


@frozen
class Result:
    """
    What running a plan came to.

    Attributes:
        done: Keys of steps that ended well.
        failed: Step key → error.
        skipped: Step key → why it was not begun, or not ended.
        entries: By key: what the snapshots shall have now; None for what is gone.
        pending: Keys whose creation was sent and not answered, or refused: they may be there.
        interrupted: Whether the user stopped it.
    """

    done: tuple[str, ...] = ()
    failed: Mapping[str, DssdslError] = field(factory=dict)
    skipped: Mapping[str, str] = field(factory=dict)
    entries: Mapping[str, Entry | None] = field(factory=dict)
    pending: frozenset[str] = frozenset()
    interrupted: bool = False


class Guard:
    """
    Watches over a run; this one lets everything through.

    A caller that holds locks passes its own. Its methods are called in workers, several at once.
    """

    def check(self, project: str) -> None:
        """
        Be called right before each write to *project*, its own creation included.

        Raises:
            Locked: The lock was lost: nothing new starts, what was done stays recorded.
        """

    def made(self, project: str) -> None:
        """Be called once *project* was created, before anything else is written to it."""


@define
class Executor:
    """
    Runs one plan.

    Attributes:
        go_on: Whether a step that fails stops only what needs it.
        program: Whose hooks run around the steps.
        stop: Set by whoever wants that nothing new starts; what runs then ends.
    """

    plan: Plan
    graph: Graph
    resolver: Resolver
    snapshots: Mapping[str, Snapshot]
    dss: Any
    providers: Mapping[str, Provider]
    journal: Journal
    listen: Listener
    parallel: int = 8
    guard: Guard = field(factory=Guard)
    go_on: bool = False
    program: Program | None = None
    stop: threading.Event = field(factory=threading.Event)
    ids: dict[str, str] = field(factory=dict)
    entries: dict[str, Entry | None] = field(factory=dict)
    pending: set[str] = field(factory=set)
    started: dict[str, float] = field(factory=dict)
    notes: dict[str, list[str]] = field(factory=dict)
    pieces: Counter[str] = field(factory=Counter)
    renamed: dict[str, list[Rename]] = field(factory=dict)
    _lock: threading.Lock = field(factory=threading.Lock)

    def run(self) -> Result:
        """
        Do the steps, several at once, each after what it needs.

        A step that fails stops new work, or, with `go_on`, only what needs it; what was done is in
        the result's entries.
        """
        self.ids = self.resolver.ids = dict(self.resolver.ids)
        schedule = Schedule.of(self.plan, self.graph)
        left = Counter(key for key, _ in schedule.tasks)
        self.pieces = left.copy()
        failed: dict[str, DssdslError] = {}
        running: dict[Future[None], Task] = {}
        told = False
        pool = ThreadPoolExecutor(self.parallel, thread_name_prefix=WORKER)
        try:
            while True:
                while self.may_start(failed) and schedule.ready and len(running) < self.parallel:
                    task = schedule.take()
                    running[pool.submit(self.do, task)] = task
                if not running:
                    break
                try:
                    ended, _ = wait(running, LOOK, return_when=FIRST_COMPLETED)
                except KeyboardInterrupt:
                    if self.stop.is_set():
                        raise
                    self.stop.set()
                    ended = set()
                if self.stop.is_set() and not told:
                    told = True
                    self.listen(Note(STOPPING))
                for future in ended:
                    task = running.pop(future)
                    error = future.exception()
                    if error is None:
                        schedule.did(task)
                        left[task.step.key] -= 1
                        if not left[task.step.key]:
                            self.ended(task)
                    elif isinstance(error, DssdslError):
                        schedule.failed(task)
                        failed[task.step.key] = error
                        self.listen(
                            Failed(task.step, time.monotonic() - self.started[task.step.key], error)
                        )
                    else:
                        raise error
        finally:
            # After a second Ctrl-C nobody waits: the journal has what was begun.
            pool.shutdown(wait=False, cancel_futures=True)
        stopped = self.stop.is_set() and bool(schedule.ready or schedule.waiting)
        skipped = self.skipped(schedule, failed, interrupted=stopped)
        whole = [s.key for s in self.plan.steps if not left[s.key]]
        return Result(
            tuple(whole), failed, skipped, dict(self.entries), frozenset(self.pending), stopped
        )

    def may_start(self, failed: Mapping[str, DssdslError]) -> bool:
        """Whether new work may begin: never after a stop, nor without the lock."""
        if self.stop.is_set():
            return False
        return not failed or (
            self.go_on and not any(isinstance(error, Locked) for error in failed.values())
        )

    def ended(self, task: Task) -> None:
        """Tell that a step is done: all of its tasks are."""
        key = task.step.key
        self.listen(
            Done(task.step, time.monotonic() - self.started[key], tuple(self.notes.get(key, ())))
        )

    def skipped(
        self, schedule: Schedule, failed: Mapping[str, DssdslError], *, interrupted: bool
    ) -> dict[str, str]:
        """Why each step that was not begun, or not ended, was not."""
        labels = {step.key: step.label for step in self.plan.steps}
        stopped = "interrupted" if interrupted else f"{labels.get(next(iter(failed), ''))} failed"
        out: dict[str, str] = {}
        for id, task in schedule.tasks.items():
            step = task.step
            if step.key in failed or step.key in out:
                continue
            if id in schedule.lost:
                out[step.key] = f"{labels[schedule.lost[id]]} failed"
            elif id in schedule.waiting or id in schedule.ready:
                out[step.key] = stopped
            else:
                continue
            self.listen(Skipped(step, out[step.key]))
        return out

    # -- one task ----------------------------------------------------------------------------

    def intend(self, what: str, step: Step) -> None:
        """Say that a write comes next, if it may."""
        self.guard.check(step.project)
        self.journal.note(what, key=step.key)

    def claim(self, step: Step) -> None:
        """Say that what comes to be there next is ours, whether or not we get to hear of it."""
        self.intend("creating", step)
        with self._lock:
            self.pending.add(step.key)

    def touch(self, step: Step) -> None:
        """Say that a write comes next: until it is answered, nobody knows what DSS holds."""
        entry = self.entries.get(step.key) or step.entry
        if entry is not None and not entry.incomplete:
            self.keep(step.key, entry.model_copy(update={"incomplete": True}))
        self.intend("writing", step)

    def do(self, task: Task) -> None:
        """Do one task, in a worker."""
        step = task.step
        with self._lock:
            first = step.key not in self.started
            self.started.setdefault(step.key, time.monotonic())
        if first:
            self.listen(Started(step))
            self.hooked("before", step)
        self.carry_out(task)
        with self._lock:
            self.pieces[step.key] -= 1
            last = not self.pieces[step.key]
        if last:
            self.hooked("after", step)

    def hooked(self, when: str, step: Step) -> None:
        """Run the program's own functions around a step."""
        if self.program is not None and (hooks := self.program.hooks[when]):
            run_hooks(when, hooks, step, self.dss, self.program)

    def carry_out(self, task: Task) -> None:
        """Do one task."""
        step = task.step
        provider = self.providers[step.kind]
        resource = self.graph.resources.get(step.key)
        if task.part == "delete":
            self.delete(step, provider)
        elif task.part == "schemas":
            self.schemas(step, provider)
        elif resource is None:
            raise DssError(f"{step.label} is not in the program")
        elif step.action is Action.CREATE or task.part == "create":
            self.create(step, provider, resource)
        elif step.action is Action.ADOPT and not step.changes:
            self.keep(step.key, step.entry)
        else:
            self.update(step, provider, resource)

    def want(self, resource: Resource) -> Document:
        """What the program wants, with the ids that are known by now."""
        document: Document = self.resolver.resolve(resource.wanted())
        for leaf in leaves(document):
            if isinstance(leaf, Unknown):
                raise DssError(f"{resource.label} needs the {leaf.what}, which DSS has not made")
        return document

    def create(self, step: Step, provider: Provider, resource: Resource) -> None:
        """Make the object, read it back, and save what DSS did not take at creation."""
        if getattr(resource, "always_there", False):
            self.update(step, provider, resource)
            return
        want = self.want(resource)
        self.claim(step)
        try:
            id = provider.create(self.dss, step.project, plain(want), resource)
        except Exists:
            # Somebody else made it after the plan was: it is not ours.
            self.journal.note("struck", key=step.key, wait=False)
            with self._lock:
                self.pending.discard(step.key)
            raise
        self.know(step.key, id)
        # From here on it is ours, whatever happens next.
        self.keep(step.key, Entry(id=id, incomplete=True, needs=self.needed(step.key)))
        if step.kind == "project":
            self.guard.made(step.project)
        live = self.read(provider, step, id)
        self.settle(step, provider, resource, want, live, made=True)

    def update(self, step: Step, provider: Provider, resource: Resource) -> None:
        """Lay what the program wants over what DSS holds now, and save it."""
        want = self.want(resource)
        id = step.live.id if step.live else ""
        if step.makes:
            self.claim(step)
        live = self.unmoved(provider, step, id)
        if step.action is Action.RENAME:
            id = self.rename(step, provider, resource)
            live = self.read(provider, step, id)
        self.know(step.key, id)
        cut = step.entry is not None and step.entry.incomplete and not step.entry.recorded
        self.settle(step, provider, resource, want, live, made=cut or step.live is None)

    def unmoved(self, provider: Provider, step: Step, id: str) -> Live:
        """
        Read an object that is still as it was when the plan was made.

        Raises:
            DssError: Somebody else has saved it.
        """
        live = self.read(provider, step, id)
        if step.live is not None and not step.why.startswith("goes along"):
            with self._lock:
                renames = tuple(self.renamed.get(step.project, ()))
            if moved(step.live, live, renames, getattr(provider, "rewritten", ())):
                raise DssError(
                    f"{step.label} was changed in DSS by {live.saved_by or 'somebody'} after the plan was made",
                    fix="run it again: the plan will show what is there now",
                )
        return live

    def rename(self, step: Step, provider: Provider, resource: Resource) -> str:
        """Give the object its new name; gives its id, which may be that."""
        id = step.live.id if step.live else ""
        self.intend("writing", step)
        provider.rename(self.dss, step.project, id, resource.identity)
        with self._lock:
            done = Rename(step.project, step.kind, step.old or "", resource.identity)
            self.renamed.setdefault(step.project, []).append(done)
        id = resource.identity if id == step.old else id
        self.forget(full_key(step.project, f"{step.kind}/{step.old}"))
        self.keep(step.key, step.entry and evolve_entry(step.entry, id))
        return id

    def settle(
        self,
        step: Step,
        provider: Provider,
        resource: Resource,
        want: Document,
        live: Live,
        *,
        made: bool,
    ) -> None:
        """Save *want* over *live* where they differ, read back, and record what DSS made of it."""
        shape, exclusive = resource.shape(), frozenset(many(resource.exclusive))
        snapshot = self.snapshots[step.project]
        mine, salt = settled(want), snapshot.lineage
        wanted = view(mine, mine, shape, salt=salt, exclusive=exclusive)
        before = live.document or {}
        # What only a creation sends must be there once, whether or not DSS took it with the creation.
        laid = at_creation(want) if made else want
        after = overlay(before, laid, shape, exclusive=exclusive)
        for change in step.changes:
            if change.reason is Reason.REMOVED_FROM_CODE and change.effect is Effect.UPDATE:
                drop(after, change.pointer, shape, REMOVE if change.new is None else change.new)
        after.pop("creation", None)
        now = view(before, mine, shape, salt=salt, exclusive=exclusive)
        told = [p for p in wanted if not self.write_only(shape, p)]
        if made:
            sent = view(laid, laid, shape, salt=salt, exclusive=exclusive)
            held = view(before, laid, shape, salt=salt, exclusive=exclusive)
            differs = any(held.get(p) != sent[p] for p in sent if not self.write_only(shape, p))
        else:
            differs = after != before
        if differs:
            self.touch(step)
            provider.update(self.dss, step.project, live.id, before, after, resource)
            read = live
            live = self.read(provider, step, live.id)
            saves = provider.saves(before, after) if hasattr(provider, "saves") else 1
            if lost := overtaken(self.dss, step, read, live, saves):
                self.notes.setdefault(step.key, []).append(lost)
            now = view(live.document or {}, mine, shape, salt=salt, exclusive=exclusive)
        dropped = [p for p in told if wanted[p] is not None and now.get(p) is None]
        entry = entry_of(
            resource,
            want,
            salt,
            live,
            step.entry,
            origin="adopted" if step.action in (Action.ADOPT, Action.RENAME) else "created",
            normalized={p: now.get(p) for p in told if now.get(p) != wanted[p]},
            needs=self.graph.needs(step.key),
        )
        if dropped:
            entry.recorded, entry.normalized = {}, {}
        entry.incomplete = bool(step.then) and not dropped
        self.keep(step.key, entry)
        if dropped:
            places = ", ".join(sorted({dotted(p) for p in dropped}))
            raise DssError(
                f"DSS dropped {places} of {step.label}: it does not know the setting or its value",
                fix="correct the value, or take the field away",
            )
        self.notes.setdefault(step.key, []).extend(
            f"DSS stored {dotted(p)} as {now.get(p)!r}, not {wanted[p]!r}"
            for p in entry.normalized
            if not p.endswith("/[]") and not holds_secret(look(mine, p, shape))
        )
        if "detect columns" in step.then:
            self.detect(step, provider, live.id)
            self.paid(step)

    def write_only(self, shape: Shape, pointer: str) -> bool:
        """Whether DSS does not tell a place back."""
        place, owner = shape.find(pointer)
        return Fact.WRITE_ONLY in place.facts or (
            owner is not None and Fact.WRITE_ONLY in owner.facts
        )

    def read(self, provider: Provider, step: Step, id: str) -> Live:
        """Read an object that must be there."""
        live = provider.read(self.dss, step.project, id)
        if live is None:
            raise NotFound(f"{step.label} is not in DSS any more", fix="run it again")
        return live

    def detect(self, step: Step, provider: Any, id: str) -> None:
        """Have DSS look at a source, and save the columns that it finds."""
        schema = provider.detect(self.dss, step.project, id)
        if schema is None:
            self.notes.setdefault(step.key, []).append(
                "no columns found: the source is not there yet, or empty"
            )
            return
        self.intend("writing", step)
        provider.set_schema(self.dss, step.project, id, schema)
        self.notes.setdefault(step.key, []).append(f"{len(schema['columns'])} columns detected")

    def schemas(self, step: Step, provider: Any) -> None:
        """Have DSS compute the columns of a visual recipe's outputs, where the program does not say them."""
        resource = self.graph.resources[step.key]
        declared = {
            ref.target.identity
            for ref in resource.refs("outputs")
            if isinstance(ref.target, Resource) and getattr(ref.target, "columns", None) is not None
        }
        self.intend("writing", step)
        done = provider.propagate(self.dss, step.project, step.name, declared)
        if done:
            self.notes.setdefault(step.key, []).append(f"columns of {', '.join(done)} computed")
        self.paid(step)

    def paid(self, step: Step) -> None:
        """Remember that nothing is owed any more: what follows on a creation is done."""
        entry = self.entries[step.key]
        if entry is not None:
            self.keep(step.key, entry.model_copy(update={"incomplete": False}))

    def delete(self, step: Step, provider: Provider) -> None:
        """Delete the object; what DSS took along already is no error."""
        if step.action is not Action.FORGET and step.why != CONTAINED and step.live is not None:
            if step.kind in ("variables", "permissions"):
                self.withdraw(step, provider)
            else:
                self.intend("deleting", step)
                try:
                    provider.delete(self.dss, step.project, step.live.id, drop_data=step.drop_data)
                except NotFound:
                    self.notes.setdefault(step.key, []).append("was gone already")
        self.forget(step.key)

    def withdraw(self, step: Step, provider: Provider) -> None:
        """Take our part out of a document that every project has."""
        live = self.read(provider, step, step.live.id if step.live else "")
        before = live.document or {}
        after = overlay(before, {}, Shape())
        for change in step.changes:
            drop(
                after,
                change.pointer,
                self.shape_of(step),
                REMOVE if change.new is None else change.new,
            )
        if after != before:
            self.touch(step)
            provider.update(self.dss, step.project, live.id, before, after, None)

    def shape_of(self, step: Step) -> Shape:
        """The shape of a step's kind, for what is not declared any more."""
        from dssdsl.lang.resource import KINDS

        return next(cls.shape() for cls in KINDS.values() if cls.kind == step.kind)

    @property
    def moves_others(self) -> bool:
        """Whether the plan has DSS rewrite other objects than the ones that it changes."""
        return any(step.action is Action.RENAME for step in self.plan.steps)

    def forget(self, key: str) -> None:
        """Remember that a snapshot shall not have *key* any more."""
        self.journal.note("deleted", key=key, wait=False)
        with self._lock:
            self.entries[key] = None
            self.ids.pop(key, None)

    def know(self, key: str, id: str) -> None:
        """Remember the id of what was made."""
        with self._lock:
            self.ids[key] = id

    def keep(self, key: str, entry: Entry | None) -> None:
        """Remember what the snapshot shall have."""
        if entry is None:
            return
        self.journal.note(
            "done", key=key, entry=entry.model_dump(mode="json", exclude_defaults=True), wait=False
        )
        with self._lock:
            self.entries[key] = entry
            self.pending.discard(key)

    def needed(self, key: str) -> list[str]:
        """What a snapshot says that a resource needed."""
        return sorted(entry_key(n) for n in self.graph.needs(key))


def evolve_entry(entry: Entry, id: str) -> Entry:
    """A copy of *entry* under another id."""
    return entry.model_copy(update={"id": id})


def dotted(pointer: str) -> str:
    """A pointer as people write it: ``schema.columns[day].type``."""
    text = (
        pointer.removesuffix("/[]")
        .removesuffix("/{}")
        .replace("/[", "[")
        .replace("/", ".")
        .lstrip(".")
    )
    return text.replace("~1", "/").replace("~0", "~")


def raise_if_failed(result: Result) -> None:
    """
    Raise what a run came to, if that is not success.

    Raises:
        StepsFailed: Steps failed.
        Cancelled: The user stopped it.
    """
    from dssdsl.errors import StepsFailed

    if result.failed:
        raise StepsFailed(list(result.failed.values()))
    if result.interrupted:
        raise Cancelled("stopped; what was done is recorded", fix="run it again to go on")
