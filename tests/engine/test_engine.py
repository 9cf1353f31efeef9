"""Laws of planning and running, on toys: no DSS, no files but the journal."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from dssdsl.engine.execute import Executor
from dssdsl.engine.guard import Guard
from dssdsl.engine.ledger import Ledger
from dssdsl.engine.planning import Draft, plan
from dssdsl.engine.read import Reader
from dssdsl.engine.write import Writer
from dssdsl.errors import Locked
from dssdsl.lang import graph
from dssdsl.lang.program import Program
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action
from dssdsl.state.journal import Journal
from dssdsl.state.snapshot import Snapshot
from tests.support.strategies import edges
from tests.support.toys import Toy, ToyBox

FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["a", "b"]),
        "tags": st.lists(st.sampled_from("xyz"), max_size=3),
    },
)


@st.composite
def programs(draw):
    """Draw what a program declares: names, fields, and who needs whom."""
    needs = draw(edges(max_size=7))
    return {
        key.rpartition("/")[2]: (draw(FIELDS), [n.rpartition("/")[2] for n in sorted(needed)])
        for key, needed in needs.items()
    }


def declared(what):
    """The program that declares *what*."""
    program = Program(position="toys.py")
    with program.active():
        made: dict[str, Toy] = {}
        for name, (fields, needs) in what.items():
            made[name] = Toy(name, depends_on=[made[n] for n in needs], **fields)
        found = graph.build(program)
    assert not program.errors
    return program, found


class Machine:
    """A box of toys and what was deployed to it."""

    def __init__(self, box: ToyBox) -> None:
        self.box = box
        self.snapshot = Snapshot(project_key="P")

    def plan(self, what, **options):
        program, found = declared(what)
        destroy = options.get("destroy", False)
        read = Reader(
            program, found, {"P": self.snapshot}, self.box, {"toy": self.box}, destroy=destroy
        ).read()
        shapes = {key: r.shape() for key, r in found.resources.items()} | {"toy": Toy.shape()}
        draft = Draft(
            found, read.wants, {"P": self.snapshot}, read.observed, shapes, Options(**options)
        )
        return plan(draft), found, read

    def up(self, what, parallel=4, guard=None, *, go_on=False, **options):
        planned, found, read = self.plan(what, **options)
        with tempfile.TemporaryDirectory() as folder:
            journal = Journal(Path(folder) / "journal.jsonl")
            snapshots, providers = {"P": self.snapshot}, {"toy": self.box}
            writer = Writer(
                found,
                read.resolver,
                snapshots,
                self.box,
                providers,
                Ledger(journal),
                guard or Guard(),
            )
            result = Executor(
                planned, found, writer, lambda event: None, parallel, go_on=go_on
            ).run()
        for key, entry in {**planned.kept, **result.entries}.items():
            rest = key.local
            if entry is None:
                self.snapshot.entries.pop(rest, None)
            else:
                self.snapshot.entries[rest] = entry
        self.snapshot.pending = {key.local: sent for key, sent in result.pending.items()}
        return planned, result


@given(programs(), programs())
@settings(max_examples=150, deadline=None)
def test_a_deployment_of_any_change_converges(first, second):
    """
    After a deployment the plan is empty, and toys are what the program says.
    """
    machine = Machine(ToyBox())
    for what in (first, second, first):
        machine.up(what)
        plan, *_ = machine.plan(what)
        assert not plan
        assert set(what) == set(machine.box.toys)
        for name, (fields, _) in what.items():
            assert (fields.get("title") or None) == (machine.box.toys[name].get("title") or None)
            assert sorted(set(fields.get("tags", []))) == sorted(
                set(machine.box.toys[name].get("tags") or [])
            )


@given(programs())
@settings(max_examples=100, deadline=None)
def test_needs_come_first_and_go_last(what):
    """
    Nothing is made before what it needs, and nothing deleted before what needs it, however many workers there are.
    """
    machine = Machine(ToyBox())
    machine.up(what)
    made = [name for verb, name in machine.box.log if verb == "create"]
    for name, (_, needs) in what.items():
        assert all(made.index(need) < made.index(name) for need in needs)

    machine.up({})

    gone = [name for verb, name in machine.box.log if verb == "delete"]
    assert set(what) == set(gone)
    for name, (_, needs) in what.items():
        assert all(gone.index(name) < gone.index(need) for need in needs)


@given(programs(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_failure_stops_dependents_and_the_next_run_continues(what, data):
    """
    A failure skips all that needs it; what was done is kept; the next run does the rest, and nothing twice.
    """
    machine = Machine(ToyBox())
    machine.box.fails = (
        data.draw(st.sets(st.sampled_from(sorted(what)), max_size=2)) if what else set()
    )

    _, result = machine.up(what)

    assert {f"P/toy/{n}" for n in machine.box.fails} >= set(result.failed)
    for name, (_, needs) in what.items():
        if set(needs) & machine.box.fails:
            assert name not in machine.box.toys
    machine.box.fails = set()
    machine.up(what)
    made = [name for verb, name in machine.box.log if verb == "create"]
    assert not machine.plan(what)[0]
    assert all(made.count(name) <= 2 for name in what)


@given(programs(), st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_the_number_of_workers_and_the_order_of_lines_do_not_matter(what, parallel):
    """
    One worker or eight, declarations in any order that Python allows: the same end.
    """
    one, many = Machine(ToyBox()), Machine(ToyBox())

    one.up(what, parallel=1)
    many.up(what, parallel=parallel)

    assert one.box.toys == many.box.toys
    assert {k: e.recorded for k, e in one.snapshot.entries.items()} == {
        k: e.recorded for k, e in many.snapshot.entries.items()
    }


@given(programs(), st.data())
@settings(max_examples=80, deadline=None)
def test_parallel_changes_of_others_are_left_alone(what, data):
    """
    Places that the program does not set survive every deployment.
    """
    machine = Machine(ToyBox())
    machine.up(what)
    for toy in machine.box.toys.values():
        toy["theirs"] = {"deep": [1]}
    changed = {
        name: ({**fields, "title": data.draw(st.sampled_from("ab"))}, needs)
        for name, (fields, needs) in what.items()
    }

    machine.up(changed)

    assert all({"deep": [1]} == toy["theirs"] for toy in machine.box.toys.values())


def test_a_create_only_field_is_replaced():
    """
    What is fixed at creation takes a delete and a creation, in this order.
    """
    machine = Machine(ToyBox())
    machine.up({"a": ({"made_of": "wood"}, [])})

    plan, _ = machine.up({"a": ({"made_of": "tin"}, [])})

    assert [Action.REPLACE] == [step.action for step in plan.steps]
    assert [("create", "a"), ("delete", "a"), ("create", "a")] == machine.box.log
    assert "tin" == machine.box.toys["a"]["madeOf"]


class Lost(Guard):
    """A guard whose lock is lost before the n-th write."""

    def __init__(self, n):
        self.left = n

    def check(self, project):
        assert project == "P"
        self.left -= 1
        if self.left < 0:
            raise Locked("somebody else took over")


@given(programs(), st.integers(0, 6), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_without_its_lock_a_deployment_writes_nothing_more(what, n, parallel):
    """
    Once the lock is lost nothing is written; what was done before is recorded; with it the next run goes on.
    """
    machine = Machine(ToyBox())

    _, result = machine.up(what, parallel, guard=Lost(n))

    assert len(machine.box.log) == min(n, len(what))
    assert set(machine.box.toys) == {key.name for key in result.entries}
    assert all(isinstance(error, Locked) for error in result.failed.values())
    assert bool(result.failed) == (n < len(what))
    machine.up(what)
    assert not machine.plan(what)[0]


@given(programs(), programs(), st.data(), st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_continue_on_error_skips_only_dependents_of_failed_steps(first, what, data, parallel):
    """
    All is done but what failed, what needs that, and the deletes of what a failed one may take the place of.
    """
    machine = Machine(ToyBox())
    machine.up(first)
    names = sorted({*what, *first})
    fails = data.draw(st.sets(st.sampled_from(names), max_size=3)) if names else set()
    machine.box.fails = fails

    plan, result = machine.up(what, parallel, go_on=True)

    making = {s.name: set(what[s.name][1]) for s in plan.steps if s.name in what}
    failed, lost = set(), {}
    for step in plan.steps:  # needs come first in it, deletes last
        if step.name in making:
            because = {n for n in making[step.name] if n in failed or n in lost}
            because = {b for n in because for b in lost.get(n, {n})}
        else:
            because = {b for n in making if n in failed or n in lost for b in lost.get(n, {n})}
            users = {n for n, (_, needs) in first.items() if step.name in needs and n not in what}
            because |= {b for n in users if n in failed or n in lost for b in lost.get(n, {n})}
        if because:
            lost[step.name] = because
        elif step.name in fails:
            failed.add(step.name)
    assert {f"P/toy/{n}" for n in failed} == set(result.failed)
    assert {f"P/toy/{n}" for n in lost} == set(result.skipped)
    for name, because in lost.items():
        assert result.skipped[f"P/toy/{name}"] in {f"toy {n} failed" for n in because}
    assert len(plan.steps) == len(result.done) + len(failed) + len(lost)
    machine.box.fails = set()
    machine.up(what)
    assert not machine.plan(what)[0]
    assert set(machine.box.toys) == set(what)
