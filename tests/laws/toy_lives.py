"""Lives of a program of toys, and what must hold all along: `replay` runs one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from attrs import NOTHING, evolve, field, fields, frozen

from dssdsl.errors import ProgramErrors
from dssdsl.plan.options import Options
from dssdsl.state.snapshot import Snapshot
from tests.laws.toy_room import CLASSES, Box, P, Playing
from tests.laws.toy_runs import Run

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where waiting for the disk takes no time."""


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
        if not isinstance(event, Up):
            self.disown()
        self.state_loads()

    def disown(self) -> None:
        """
        Give up what people renamed before a deployment knew of it.

        A thing whose creation was not answered is found by name, creator and time.
        """
        snapshot = self.stored()
        known = {e.id for e in snapshot.entries.values()} if snapshot else set()
        pending = snapshot.pending if snapshot else {}
        for id in (self.box.ours & set(self.box.things)) - known:
            if self.box.things[id].key not in pending:
                self.box.ours.discard(id)

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
        except ProgramErrors as refusal:
            self.refused(refusal, up, found)
            assert not self.box.attempts
            return None
        assert not self.box.attempts
        shown = deepcopy(self.box.things)
        for event in up.meanwhile:
            self.live(event)
        self.last = up
        self.box.log.clear()
        self.box.attempts.clear()
        twin = self.twin(up) if up.twin else None
        run = Run(self, up, prepared.plan, workspace)
        run.go(prepared)
        run.check()
        if not any(isinstance(event, Up) for event in up.meanwhile):
            run.overwrote_nothing(shown)
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
            key: e.model_dump(exclude={"id", "version", "created_at"})
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

    def refused(self, refusal: ProgramErrors, up: Up, found: Snapshot | None) -> None:
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
            if entry is not None and there and entry.id not in self.box.things:
                entry = None  # what has its name now is another one
            old = entries.get(f"{kind}/{options.get('renamed_from')}")
            if "is protected, and would be deleted" in error.problem:
                assert entry is not None
                assert entry.protect
                assert up.destroy
            elif "and the program does not declare it" in error.problem:
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
            elif "adopt=False forbids" in error.problem:
                assert entry is None
                assert options["adopt"] is False
                assert not {t.id for t in there} & self.box.ours
            elif "objects of that name" in error.problem:
                assert len(there) > 1
            elif "it existed before dssdsl managed it" in error.problem:
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
            elif "cannot change together with the name" in error.problem:
                assert "made_of" in options
            elif "was renamed to" in error.problem:
                assert any(
                    e.id in self.box.things and self.box.things[e.id].key == key != k
                    for k, e in entries.items()
                )
            elif "is to be adopted, and DSS does not have it" in error.problem:
                assert options["adopt"] is True
                assert not there
            else:
                raise AssertionError(error.problem)
