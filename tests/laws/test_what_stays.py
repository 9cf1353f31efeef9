"""What the plan says is what the run does: variables and columns that runs or people changed."""

from __future__ import annotations

import copy

import pytest

from dssdsl.cli.sentences import remark
from dssdsl.emulator import Emulator
from dssdsl.lang.canonical import view
from dssdsl.lang.values import settled
from dssdsl.plan.changes import DRIFT
from tests.support.effort import drawn, examples
from tests.support.world import World

NAMES = ("limit", "mode", "last_run", "cut")
MOVES = 'v = dataiku.api_client().get_default_project()\nv.update_variables({"last_run": 1})\n'


def program(variables, columns, *, more="", code="x = 1\n"):
    """A program with variables, a source and a dataset that a recipe writes."""
    listed = ", ".join(f'Column("{name}", "{type}")' for name, type in columns.items())
    return f"""
from dssdsl import *

Project("SALES", naming="any")
ProjectVariables(standard={variables!r}{more})
raw = SQLDataset("RAW", connection="warehouse", table="RAW", columns=[{listed}])
out = Dataset("OUT", connection="filesystem_managed", columns=[{listed}])
PythonRecipe("r", inputs=raw, outputs=out, code={code!r})
"""


def save(dss: Emulator, world: World, variables=None, **columns):
    """Save variables, and columns of datasets, as a person or a run does."""
    session = world.workspace().session
    if variables is not None:
        session.send("PUT", "/projects/SALES/variables/", {"standard": variables, "local": {}})
    for name, found in columns.items():
        listed = [{"name": n, "type": t} for n, t in found.items()]
        path = f"/projects/SALES/datasets/{name}/schema"
        session.json("PUT", path, {"columns": listed, "userModified": True})


def held(world: World):
    """Variables, and the columns of both datasets."""
    session = world.workspace().session
    columns = {
        name: {
            c["name"]: c["type"]
            for c in session.json("GET", f"/projects/SALES/datasets/{name}")["schema"]["columns"]
        }
        for name in ("RAW", "OUT")
    }
    return session.json("GET", "/projects/SALES/variables/")["standard"], columns


def notes(plan):
    """The remarks of a plan in words."""
    return [remark(each) for each in plan.remarks]


def test_a_change_in_the_ui_is_drift_and_is_reverted(world, dss):
    """
    No code changes variables, and no recipe writes the source: nobody but a person did it.
    """
    wanted = {"limit": 10, "mode": "safe"}
    world.write(program(wanted, {"id": "bigint"}))
    world.up()
    save(dss, world, {"limit": 99}, RAW={"id": "string", "extra": "int"})

    drift, plan = world.workspace().drift(), world.preview()

    assert {(s.label, c.pointer) for s in drift.steps for c in s.changes} == {
        ("variables", "/standard/limit"),
        ("variables", "/standard/mode"),
        ("dataset RAW", "/schema/columns/[]"),
        ("dataset RAW", "/schema/columns/[id]/type"),
    }
    assert [s.changes for s in plan.steps] == [s.changes for s in drift.steps]
    world.up()
    assert (wanted, {"id": "bigint"}) == (held(world)[0], held(world)[1]["RAW"])
    assert not world.workspace().drift()


def test_values_that_a_run_may_have_changed_are_shown_and_stay(world, dss):
    """
    A recipe moves a watermark and writes its output; an unrelated change leaves both as they are.
    """
    world.write(program({"last_run": 0, "limit": 1}, {"id": "bigint"}, code=MOVES))
    world.up()
    save(dss, world, {"last_run": 5, "limit": 1}, OUT={"id": "string", "extra": "int"})
    world.write(program({"last_run": 0, "limit": 2}, {"id": "bigint", "day": "date"}, code=MOVES))

    plan = world.preview()
    said = [text for text in notes(plan) if "a run may" in text]
    world.up()

    assert said == [
        "variables: a run may have changed standard.last_run: 0 → 5; it stays",
        "dataset OUT: a run may have changed schema.columns: + extra; it stays",
        'dataset OUT: a run may have changed schema.columns[id].type: "bigint" → "string"; it stays',
    ]
    assert ({"last_run": 5, "limit": 2}, {"id": "string", "day": "date", "extra": "int"}) == (
        held(world)[0],
        dict(
            sorted(held(world)[1]["OUT"].items(), key=lambda c: ("id", "day", "extra").index(c[0]))
        ),
    )
    assert not world.preview()
    assert not world.workspace().drift()
    assert not world.workspace().verify()


def test_a_run_of_an_unmanaged_scenario_counts(world, dss):
    """
    A colleague's scenario sets a variable that the program declares.
    """
    world.write(program({"last_run": 0}, {"id": "bigint"}))
    world.up()
    step = {"type": "set_project_vars", "params": {"variables": {"last_run": 7}}}
    body = {"id": "THEIRS", "name": "theirs", "type": "step_based", "params": {"steps": [step]}}
    world.workspace().session.json("POST", "/projects/SALES/scenarios/", body)
    save(dss, world, {"last_run": 7})

    assert not world.preview()
    assert not world.workspace().drift()


@pytest.mark.parametrize(("told", "stays"), [("True", True), ("'last_run'", True), ("[]", False), ("False", False), ("'limit'", False)])  # fmt: skip
def test_the_program_decides(world, dss, told, stays):
    """
    What ``set_by_runs`` says counts, whatever code there is.
    """
    for code in (MOVES, "x = 1\n"):
        world.write(program({"last_run": 0, "limit": 1}, {"id": "bigint"}, more=f", set_by_runs={told}", code=code))  # fmt: skip
        world.up()
        save(dss, world, {"last_run": 5, "limit": 1})

        assert stays == (not world.preview())
        assert stays == (not world.workspace().drift())
        assert stays == (not world.workspace().verify())
        save(dss, world, {"last_run": 0, "limit": 1})


def test_a_variable_that_somebody_deleted_comes_back(world, dss):
    """
    Also where runs change its value.
    """
    world.write(program({"last_run": 0}, {"id": "bigint"}, code=MOVES))
    world.up()
    save(dss, world, {})

    assert world.preview()
    world.up()
    assert {"last_run": 0} == held(world)[0]


def drawn_names(random, values):
    """Some names with a value each."""
    return {name: random.choice(values) for name in random.sample(NAMES, random.randint(1, 4))}


@pytest.mark.parametrize("life", range(examples(4, 60)))
def test_dss_has_the_values_of_the_plan(world, dss, life):
    """
    Programs, runs and people change variables and columns; then `up` does what its plan says, and nothing else.
    """
    random = drawn("what stays", life)
    types = ("bigint", "string", "date")
    for _ in range(4):
        code = MOVES if random.random() < 0.5 else "x = 1\n"
        world.write(
            program(drawn_names(random, (0, 1, "a")), drawn_names(random, types), code=code)
        )
        before = world.workspace()
        prepared = before.prepare()
        docs = {key: copy.deepcopy(one.document) for key, one in prepared.reading.observed.live.items()}  # fmt: skip
        drift = world.workspace().drift() if docs else None
        if drift is not None:
            told = {(s.key, c.pointer) for s in prepared.plan.steps for c in s.changes}
            assert {(s.key, c.pointer) for s in drift.steps for c in s.changes} <= told
        world.up()

        after = world.workspace().prepare(whole=True)
        for key, old in docs.items():
            now = after.reading.observed.live[key].document
            shape = before.loaded[1].resources[key].shape()
            step = next((s for s in prepared.plan.steps if s.key == key), None)
            said = {c.pointer: c.new for c in step.changes} if step else {}
            want = settled(after.reading.wants[key])
            places = view(now, want, shape)
            for pointer, value in said.items():
                if not pointer.endswith("/[]"):
                    assert places.get(pointer) == value, (key, pointer)
            if old is not None and step is None:
                assert {n: v for n, v in old.items() if n != "versionTag"} == {n: v for n, v in now.items() if n != "versionTag"}  # fmt: skip
            for pointer, value in view(old or {}, want, shape).items():
                if old is not None and pointer not in said and not pointer.endswith("/[]"):
                    assert value in (places.get(pointer), None), (key, pointer)
        assert not after.plan.only(DRIFT)
        assert not after.plan
        save(dss, world, drawn_names(random, (0, 1, 2)), RAW=drawn_names(random, types), OUT=drawn_names(random, types))  # fmt: skip
