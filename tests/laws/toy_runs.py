"""One deployment in a life of toys: how it is run, goes wrong and dies, and what must hold after it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from attrs import evolve

from dssdsl.engine.execute import WORKER
from dssdsl.errors import DssdslError, StepsFailed
from dssdsl.plan.events import Done, Failed, Skipped, Started
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action, Plan, Step
from dssdsl.state.journal import Journal
from dssdsl.state.snapshot import Snapshot
from tests.laws.toy_room import Fault, Killed, P, Playing, Thing, trimmed

if TYPE_CHECKING:
    from tests.laws.toy_lives import Life, Up

WRITES = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.RENAME, Action.MOVE, Action.DELETE)


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
        key = live.key if live and step.action is not Action.RENAME else step.key.local
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
        else:  # a refusal of the last write, the deployment's tag, or death
            self.forgive()
            assert moved or self.hit
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
        by_key = {s.key.local: s for s in self.plan.steps}
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
            update = {"update"} if step.changes else set()
            may = {
                Action.CREATE: {"create", "update"}, Action.REPLACE: {"delete", "create", "update"},
                Action.RENAME: {"rename", "update"}, Action.DELETE: {"delete"},
                Action.UPDATE: {"update"},  # with no changes: what was cut off is done to its end
            }.get(step.action, update)  # fmt: skip
            assert verb in may, f"{verb}, and the plan says {step.action} {step.label}"
        ids = {e.id for e in self.entries.values()}
        declared = {d.key: d for d in self.up.program}
        for id, step in self.by_id().items():
            if step.action not in WRITES and not step.changes:
                continue
            key = step.key.local
            decl = declared.get(key)
            assert (
                id in ids or id in self.box.ours
                or self.up.adopt or (decl and decl.fields.get("adopt"))
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

    def overwrote_nothing(self, shown: dict[str, Thing]) -> None:
        """What somebody saved after the plan was made is not written over: its step fails."""
        for id, step in self.by_id().items():
            saved = id in self.before and self.before[id] != shown[id]
            if saved and step.changes and step.action is not Action.REPLACE:
                assert step.key not in self.told(Done)

    def makes_before_deletes(self) -> None:
        """Deletes come last, and nothing is deleted before what needed it."""
        gone: list[str] = []
        for verb, step in self.deeds():
            if step is not None and step.action is Action.DELETE:
                for need in step.entry.needs if step.entry else ():
                    assert need not in gone, f"{need} was deleted before {step.label}"
                gone.append(step.key.local)
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
            title = document.get("title", "")
            assert title == trimmed(decl.fields.get("title", title))
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
