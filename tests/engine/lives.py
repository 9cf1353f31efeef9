"""Lives of a program of toys, and what must hold all along: `replay` runs one."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from attrs import NOTHING, evolve, field, fields, frozen

from dssdsl.engine.events import Done, Failed, Skipped, Started
from dssdsl.engine.execute import WORKER
from dssdsl.engine.plan import Action, Options, Plan, Step, entry_key
from dssdsl.errors import DssdslError, Faults, StepsFailed
from dssdsl.state.journal import Journal
from dssdsl.state.snapshot import Snapshot
from tests.engine.playroom import CLASSES, Box, Fault, Killed, P, Playing

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where waiting for the disk takes no time."""
WRITES = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.RENAME, Action.MOVE, Action.DELETE)


class Shown:
    """What shows itself as it is written in a program, without what it has anyway."""

    def __repr__(self) -> str:
        said = [
            f"{a.name}={getattr(self, a.name)!r}"
            for a in fields(type(self))
            if a.default is NOTHING or getattr(self, a.name) not in (a.default, {})
        ]
        return f"{type(self).__name__}({', '.join(said)})"


@frozen(repr=False)
class Decl(Shown):
    """A toy that a program declares."""

    kind: str
    name: str
    fields: dict[str, Any] = field(factory=dict)

    @property
    def key(self) -> str:
        """Its key in a snapshot."""
        return f"{self.kind}/{self.name}"


@frozen(repr=False)
class Make(Shown):
    """Somebody makes a toy in the UI."""

    kind: str
    name: str
    document: dict[str, Any] = field(factory=dict)


@frozen(repr=False)
class Edit(Shown):
    """Somebody edits a toy in the UI: the *pick*-th that there is."""

    pick: int
    document: dict[str, Any]


@frozen(repr=False)
class Drop(Shown):
    """Somebody deletes a toy in the UI."""

    pick: int


@frozen(repr=False)
class Lose(Shown):
    """The state is lost."""


@frozen(repr=False)
class Up(Shown):
    """
    A deployment.

    Attributes:
        program: What is declared.
        machine: Where it runs: two share a store.
        parallel: Writes at once.
        go_on: Whether a failure stops only what needs it.
        adopt: Whether what is there already may be taken over.
        destroy: Whether everything goes.
        fault: (which step of the plan, which of its writes, how, after), see `Fault`.
        cut: How many bytes the journal of a killed process keeps, counted from its end and round.
        meanwhile: What others do between plan and run.
        twin: Whether the same is done apart, with lines and workers otherwise.
    """

    program: tuple[Decl, ...] = ()
    machine: int = 0
    parallel: int = 1
    go_on: bool = False
    adopt: bool = False
    destroy: bool = False
    fault: tuple[int, int, str, bool] | None = None
    cut: int = 0
    meanwhile: tuple[Make | Edit | Drop | Up, ...] = ()
    twin: bool = False


Event = Make | Edit | Drop | Lose | Up


def replay(events: Sequence[Event]) -> Life:
    """Live a life, check it all along, and end it with a destroy."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        life = Life(Box(), Path(folder))
        for event in events:
            life.live(event)
        life.end()
        return life


def wrong(events: Sequence[Event]) -> str:
    """A test that lives this life."""
    lines = "".join(f"        {event!r},\n" for event in events)
    return f"def test_a_life():\n    replay([\n{lines}    ])\n"


class Life:
    """A box, a folder with a store and machines, and the checks."""

    def __init__(self, box: Box, folder: Path) -> None:
        self.box, self.folder = box, folder
        self.last = Up()
        self.machines = [self.workspace(Up(machine=n)) for n in (0, 1)]

    # -- what happens --------------------------------------------------------------------------

    def live(self, event: Event) -> None:
        """Let something happen."""
        if isinstance(event, Up):
            self.up(event)
        elif isinstance(event, Make):
            if event.kind == "bead" or not self.box.named("block", event.name):
                self.box.add(event.kind, {"name": event.name, **event.document}, "ui")
        elif isinstance(event, Lose):
            self.machines[0].store.forget(P)
            self.box.ours.clear()
        elif self.box.things:
            ids = list(self.box.things)
            thing = self.box.things[ids[event.pick % len(ids)]]
            if isinstance(event, Drop):
                del self.box.things[thing.id]
            elif "name" not in event.document or thing.kind == "bead":
                self.box.put(thing, {**thing.document, **event.document}, "ui")
        self.state_loads()

    def workspace(self, up: Up) -> Playing:
        """A new process on one of the machines."""

        def declare() -> None:
            for decl in up.program:
                CLASSES[decl.kind](decl.name, **decl.fields)

        return Playing(self.box, self.folder, up.machine, declare, up.parallel)

    def up(self, up: Up) -> Run | None:
        """Deploy, and check all that must hold."""
        workspace = self.workspace(up)
        self.last = up
        options = Options(adopt=up.adopt, destroy=up.destroy, continue_on_error=up.go_on)
        self.box.log.clear()
        self.box.attempts.clear()
        found = workspace.snapshots([P]).get(P)
        try:
            prepared = workspace.prepare(options)
        except Faults as refusal:
            self.refused(refusal, up, found)
            assert not self.box.attempts
            return None
        assert not self.box.attempts
        for event in up.meanwhile:
            self.live(event)
        self.last = up
        self.box.log.clear()
        self.box.attempts.clear()
        twin = self.twin(up) if up.twin else None
        run = Run(self, up, prepared.plan, workspace)
        run.go(prepared)
        run.check()
        if twin is not None:
            assert self.looks() == twin
        return run

    def twin(self, up: Up) -> Any:
        """What comes of the same deployment apart, with its lines turned round and other workers."""
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            shutil.copytree(self.folder, folder, dirs_exist_ok=True)
            other = Life(self.box.copy(), Path(folder))
            other.up(
                evolve(
                    up, program=tuple(reversed(up.program)), twin=False, parallel=9 - up.parallel
                )
            )
            return other.looks()

    def looks(self) -> Any:
        """All that there is, ids and numbers left out."""
        things = sorted(
            (t.key, t.by, repr(sorted(t.document.items()))) for t in self.box.things.values()
        )
        snapshot = self.stored()
        entries = {
            key: e.model_dump(exclude={"id", "version", "made"})
            for key, e in sorted(snapshot.entries.items())
        } if snapshot else {}  # fmt: skip
        return things, entries, sorted(snapshot.pending) if snapshot else []

    def end(self) -> None:
        """Whatever happened, one more deployment puts it right, and a destroy takes it all away."""
        for machine in (self.last.machine, 1 - self.last.machine):
            last = evolve(
                self.last, machine=machine, fault=None, meanwhile=(), adopt=True, twin=False
            )
            self.up(last)
        snapshot = self.stored()
        theirs, ours = deepcopy(self.box.things), set(self.box.ours)
        run = self.up(Up(destroy=True))
        if run is None or snapshot is None:
            return
        stay = {e.id for e in snapshot.entries.values() if e.retain or e.origin == "adopted"}
        gone = {e.id for e in snapshot.entries.values()} - stay
        gone |= {id for id, t in theirs.items() if id in ours and t.key in snapshot.pending}
        assert self.box.things == {id: t for id, t in theirs.items() if id not in gone}
        assert not self.stored_entries()

    # -- what must hold ------------------------------------------------------------------------

    def stored(self) -> Snapshot | None:
        """The state, as everybody finds it."""
        return self.machines[0].store.read(P)

    def stored_entries(self) -> dict[str, Any]:
        """What it has."""
        snapshot = self.stored()
        return snapshot.entries if snapshot else {}

    def state_loads(self) -> None:
        """The state can be read, wherever one is; and what deployments made and is there is in it."""
        snapshot = self.stored()
        known = {e.id for e in snapshot.entries.values()} if snapshot else set()
        pending = snapshot.pending if snapshot else {}
        for id in self.box.ours & set(self.box.things):
            assert id in known or self.box.things[id].key in pending, f"nobody knows of {id}"
        for machine in self.machines:
            machine.snapshots([P])

    def refused(self, refusal: Faults, up: Up, found: Snapshot | None) -> None:
        """A plan is refused for what the rules say, and for nothing else."""
        entries = found.entries if found else {}
        declared = {d.key: d for d in up.program}
        for error in refusal.each():
            kind, _, rest = error.problem.partition(" ")
            name = rest.partition(" ")[0].rstrip(":")
            key = f"{kind}/{name}"
            entry, decl = entries.get(key), declared.get(key)
            there = self.box.named(kind, name)
            options = decl.fields if decl else {}
            old = entries.get(f"{kind}/{options.get('renamed_from')}")
            if "and the program does not declare it" in error.problem:
                assert entry is not None
                assert entry.protect
                assert decl is None or up.destroy
            elif "and it is protected" in error.problem:
                assert options.get("protect") or any(
                    e is not None and e.protect for e in (entry, old)
                )
            elif "exists in DSS already and differs" in error.problem:
                assert entry is None
                assert not any((options.get("adopt"), up.adopt))
                assert not {t.id for t in there} & self.box.ours
            elif "adopt=False says" in error.problem:
                assert entry is None
                assert options["adopt"] is False
                assert not {t.id for t in there} & self.box.ours
            elif "objects of that name" in error.problem:
                assert len(there) > 1
            elif "it was there before us" in error.problem:
                assert (
                    entry.origin == "adopted"
                    if entry
                    else not {t.id for t in there} & self.box.ours
                )
            elif "which it is renamed from, was not deployed" in error.problem:
                assert old is None
                assert not any((options.get("adopt"), up.adopt))
            elif "and DSS has both" in error.problem:
                assert old or f"{kind}/{options['renamed_from']}" in (
                    found.pending if found else {}
                )
                assert self.box.named(kind, options["renamed_from"])
                assert there
            elif "cannot change with its name" in error.problem:
                assert "made_of" in options
            elif "is to be adopted, and DSS does not have it" in error.problem:
                assert options["adopt"] is True
                assert not there
            else:
                raise AssertionError(error.problem)


class Run:
    """One run of one plan."""

    def __init__(self, life: Life, up: Up, plan: Plan, workspace: Playing) -> None:
        self.life, self.box, self.up, self.workspace = life, life.box, up, workspace
        self.plan = plan
        self.events: list[Any] = []
        self.error: BaseException | None = None
        self.before = deepcopy(self.box.things)
        self.found = workspace.snapshots([P]).get(P)
        entries = self.found.entries if self.found else {}
        self.entries = dict(entries)
        # What was made under such a name since a deployment died cannot be told from what that made.
        self.pending = dict(self.found.pending) if self.found else {}
        self.box.safe = {e.id for e in entries.values() if e.protect}
        self.box.fault = self.fault()

    def fault(self) -> Fault | None:
        """The fault, at a step that the plan has."""
        steps = [s for s in self.plan.steps if s.action in WRITES or s.changes]
        if self.up.fault is None or not steps:
            return None
        at, nth, how, after = self.up.fault
        step = steps[at % len(steps)]
        live = self.box.things.get(step.live.id) if step.live else None
        key = live.key if live and step.action is not Action.RENAME else entry_key(step.key)
        return Fault(key, how, after, nth)

    def go(self, prepared: Any) -> None:
        """Run it."""
        try:
            self.workspace.run(prepared, self.events.append, self.agree)
        except (DssdslError, Killed) as error:
            self.error = error
        self.hit = self.box.fault is not None and len(self.box.attempts) > 0 and self.was_hit()
        self.box.fault = None
        for thread in threading.enumerate():
            if thread.name.startswith(WORKER):
                thread.join()
        self.box.dead = False
        if isinstance(self.error, Killed):
            self.lose_the_end_of_the_journal()

    def was_hit(self) -> bool:
        """Whether the write that was to fail came."""
        fault = self.box.fault
        return fault is not None and sum(k == fault.key for _, k in self.box.attempts) > fault.nth

    def agree(self, plan: Plan) -> bool:
        """Agree to the plan that was made anew."""
        self.plan = plan
        return True

    def lose_the_end_of_the_journal(self) -> None:
        """Keep as much of it as a dead process may have left; wherever it ends, it can be replayed."""
        path = self.workspace.journal_path
        if not path.exists():
            return
        whole = path.read_bytes()
        ends = [n + 1 for n, byte in enumerate(whole) if byte == ord("\n")]
        keep = (len(whole) - self.up.cut) % (len(whole) + 1)
        for end in (*ends, *(n - 3 for n in ends), keep):
            path.write_bytes(whole[:end])
            snapshots = {P: self.found.model_copy(deep=True)} if self.found else {}
            Journal(path).replay(snapshots)
            for snapshot in snapshots.values():
                assert Snapshot.loads(snapshot.dumps(), "here").dumps() == snapshot.dumps()

    # -- what must hold ------------------------------------------------------------------------

    def told(self, kind: type) -> set[str]:
        """The steps that events of a kind are about."""
        return {e.step.key for e in self.events if isinstance(e, kind)}

    def check(self) -> None:
        """All that must hold after a run, however it went."""
        moved = bool(self.up.meanwhile)
        self.only_what_was_shown()
        self.others_things_are_as_they_were()
        self.makes_before_deletes()
        if self.error is None:
            assert not self.hit
            assert not self.told(Failed)
            self.forgive()
            if not moved:
                self.all_that_was_shown()
                self.converged()
        elif isinstance(self.error, StepsFailed):
            self.forgive()
            self.stopped(moved=moved)
        elif not moved:
            # A refusal of the last write, the deployment's tag, or death.
            assert self.hit
        self.life.state_loads()

    def forgive(self) -> None:
        """Take note of what is nobody's any more: what was forgotten, and stays."""
        for step in self.plan.steps:
            if step.action is Action.FORGET and step.key in self.told(Done) and step.live:
                self.box.ours.discard(step.live.id)

    def by_id(self) -> dict[str, Step]:
        """The steps that are about something that is there."""
        return {s.live.id: s for s in self.plan.steps if s.live is not None}

    def deeds(self) -> Iterator[tuple[str, Step | None]]:
        """What was written, and the steps by which."""
        by_key = {entry_key(s.key): s for s in self.plan.steps}
        by_id = self.by_id()
        for verb, key, id in self.box.log:
            if verb == "tag":
                continue
            if verb == "create" and key in by_key:
                by_id[id] = by_key[key]
            yield verb, by_id.get(id)

    def only_what_was_shown(self) -> None:
        """Nothing is written that the plan did not show, nor to what nobody may write to."""
        for verb, step in self.deeds():
            assert step is not None, f"{verb} of what the plan does not name"
            may = {
                Action.CREATE: {"create", "update"}, Action.REPLACE: {"delete", "create", "update"},
                Action.RENAME: {"rename", "update"}, Action.DELETE: {"delete"},
            }.get(step.action, {"update"} if step.changes or step.why.startswith("goes along") else set())  # fmt: skip
            assert verb in may, f"{verb}, and the plan says {step.action} {step.label}"
        ids = {e.id for e in self.entries.values()}
        declared = {d.key: d for d in self.up.program}
        for id, step in self.by_id().items():
            if step.action not in WRITES and not step.changes:
                continue
            key = entry_key(step.key)
            decl = declared.get(key)
            assert (
                id in ids or key in self.entries or id in self.box.ours
                or key in self.pending or self.up.adopt or (decl and decl.fields.get("adopt"))
            ), f"{step.action} {step.label}, which is not ours"  # fmt: skip

    def all_that_was_shown(self) -> None:
        """Where nothing moved and nothing failed, all that was shown was done."""
        assert self.told(Done) == {s.key for s in self.plan.steps}
        first = {Action.CREATE: "create", Action.REPLACE: "create", Action.RENAME: "rename",
                 Action.UPDATE: "update", Action.DELETE: "delete"}  # fmt: skip
        done = {(verb, step.key) for verb, step in self.deeds() if step is not None}
        for step in self.plan.steps:
            if step.action in first and (step.changes or step.action is not Action.UPDATE):
                assert (first[step.action], step.key) in done, f"{step.label} was not written"

    def others_things_are_as_they_were(self) -> None:
        """What no step is about is what it was, to the byte."""
        by_id = self.by_id()
        for id, thing in self.before.items():
            step = by_id.get(id)
            if step is None or (step.action not in WRITES and not step.changes):
                assert self.box.things.get(id) == thing
            elif id in self.box.things:
                assert self.box.things[id].document.get("theirs") == thing.document.get("theirs")

    def makes_before_deletes(self) -> None:
        """Deletes come last, and nothing is deleted before what needed it."""
        gone: list[str] = []
        for verb, step in self.deeds():
            if step is not None and step.action is Action.DELETE:
                for need in step.entry.needs if step.entry else ():
                    assert need not in gone, f"{need} was deleted before {step.label}"
                gone.append(entry_key(step.key))
            else:
                assert not gone, f"{verb} after a delete"

    def converged(self) -> None:
        """All is as the program says, and nothing is left to do, whoever looks."""
        entries = self.life.stored_entries()
        program = () if self.up.destroy else self.up.program
        for decl in program:
            entry = entries[decl.key]
            document = self.box.things[entry.id].document
            assert document["name"] == decl.name
            assert (
                document.get("title", "")
                == decl.fields.get("title", document.get("title", "")).strip()
            )
            for name in ("tags", "holds"):
                if name in decl.fields:
                    assert document.get(name, []) == sorted(set(decl.fields[name]))
            if "made_of" in decl.fields:
                assert document["madeOf"] == decl.fields["made_of"]
            assert entry.protect == bool(decl.fields.get("protect"))
            assert entry.needs == sorted({f"block/{n}" for n in decl.fields.get("holds", ())})
        assert set(entries) == {d.key for d in program}
        snapshot = self.life.stored()
        assert snapshot is None or not snapshot.pending
        assert not self.workspace.journal_path.exists()
        # From the other machine: this one has no journal any more, and the store is the same.
        elsewhere = evolve(self.up, machine=1 - self.up.machine)
        plan = self.life.workspace(elsewhere).preview(Options(destroy=self.up.destroy))
        assert not plan, plan.summary()

    def stopped(self, *, moved: bool) -> None:
        """What a failure stops: all that is new, or, going on, what needs it, and nothing else."""
        failed, skipped = self.told(Failed), self.told(Skipped)
        fault = {self.key_of_fault()} if self.hit else set()
        if not moved:
            assert failed == fault
        elif not self.up.go_on:
            return
        steps = {s.key for s in self.plan.steps}
        assert steps == self.told(Done) | failed | skipped
        if self.up.go_on:
            assert skipped == self.dependents(failed) - failed
            return
        kinds = [type(e) for e in self.events]
        late = kinds[kinds.index(Failed) :].count(Started)
        assert late < self.up.parallel

    def key_of_fault(self) -> str:
        """The step that the fault hit."""
        steps = [s for s in self.plan.steps if s.action in WRITES or s.changes]
        assert self.up.fault is not None
        return steps[self.up.fault[0] % len(steps)].key

    def dependents(self, failed: set[str]) -> set[str]:
        """The steps that cannot be done because of *failed*, and these."""
        lost, size = set(failed), -1
        going = {s.key: s for s in self.plan.steps if s.action in (Action.DELETE, Action.FORGET)}
        while size != len(lost):
            size = len(lost)
            unmade = [s for s in self.plan.steps if s.key in lost and s.key not in going]
            lost |= {s.key for s in self.plan.steps if s.key not in going and s.needs & lost}
            # What goes may be what a failed one was to take the place of, or still uses.
            lost |= {k for k, s in going.items() if any(m.kind == s.kind for m in unmade)}
            for step in (*unmade, *(going[k] for k in lost & set(going))):
                needs = {f"{P}/{n}" for n in (step.entry.needs if step.entry else ())}
                lost |= needs & set(going)
        return lost
