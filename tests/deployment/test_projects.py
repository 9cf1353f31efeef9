"""Projects that are yet to be made, were copied, were deleted by somebody, or are several in one program."""

from __future__ import annotations

import json

import pytest

from dssdsl.cli.sentences import why
from dssdsl.errors import DssdslError, Locked, ProgramErrors, Refused, StepsFailed
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action
from dssdsl.state.holder import Holder
from dssdsl.state.lock import Lock, holder
from tests.support.world import World, emulator, refuse_write

ONE = """
from dssdsl import *

Project("{key}", naming="any")
Dataset("a", connection="filesystem_managed", short_desc="{text}")
"""
TWO = """
from dssdsl import *

Project("AAA", naming="any")
a = Dataset("a", connection="filesystem_managed", short_desc="{text}")
with Project("BBB", naming="any"):
    SyncRecipe("s", inputs=a, outputs=Dataset("b", connection="filesystem_managed", short_desc="{text}"))
"""
STORES = ("dss", "local")
STATE = "lib/.dataiku_framework/state.json"


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path / "sales", dss)
        world.write(ONE.format(key="SALES", text="one"))
        yield world


def keep(world, store):
    """Keep state in one of the stores."""
    (world.folder / "dssdsl.toml").write_text(
        f'[stacks.local]\nemulator = true\nstore = "{store}"\n'
    )


def told(plan):
    """A plan in short: what is done to what, and why."""
    return [(step.action.value, step.label, why(step)) for step in plan.steps]


def send(world, method, path, body=None):
    """Do something as somebody else would, in the UI or with a program of theirs."""
    return world.workspace().session.json(method, path, body)


def duplicate(world, key, target):
    """Duplicate a project, as in the UI."""
    answer = send(
        world, "POST", f"/projects/{key}/duplicate",
        {"targetProjectName": target, "targetProjectKey": target, "duplicationMode": "MINIMAL"},
    )  # fmt: skip
    assert answer["targetProjectKey"] == target


def described(world, key, dataset):
    """The short description of a dataset in DSS."""
    return json.loads((world.dss.project_folder(key) / f"datasets/{dataset}.json").read_text())[
        "shortDesc"
    ]


def serials(world, *keys):
    """By project: the number of its last deployment."""
    return {key: one.serial for key, one in world.workspace().snapshots([*keys]).items()}


# -- not there yet -----------------------------------------------------------------------------------


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("after", [False, True], ids=["refused", "refused too late"])
def test_a_creation_that_fails_leaves_nothing_in_the_way(world, store, after):
    """
    DSS refuses the project, or says so though it made it: the next deployment makes what is missing.
    """
    keep(world, store)
    refuse_write(world.dss, 0, after=after)

    with pytest.raises(DssdslError):
        world.up()
    assert 1 == world.up().serial

    assert ["SALES"] == world.dss.projects()
    assert not world.preview()
    world.destroy()
    assert [] == world.dss.projects()


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_creation_that_is_cut_off_is_ours_if_it_happened(world, store, after):
    keep(world, store)
    world.dss.cut("POST /projects$", after=after)

    with pytest.raises(DssdslError):
        world.up()
    world.up()

    assert not world.preview()
    assert {"created"} == {
        entry.origin for entry in world.workspace().snapshots(["SALES"])["SALES"].entries.values()
    }


# -- copies ------------------------------------------------------------------------------------------


def test_a_duplicate_has_no_state(world):
    """
    The state that came along names another project. What the copy holds is adopted, and the original stays as it is.
    """
    world.up()
    duplicate(world, "SALES", "COPY")
    came = json.loads((world.dss.project_folder("COPY") / STATE).read_text())
    world.write(ONE.format(key="COPY", text="one"), "copy/project.py")

    plan = world.preview("copy/project.py")
    world.up("copy/project.py")

    assert "SALES" == came["project_key"]
    assert {Action.ADOPT} == {step.action for step in plan.steps}
    assert not world.preview("copy/project.py")
    assert not world.preview()
    mine = world.workspace("copy/project.py")
    assert [{"COPY"}] == [set(one.snapshots) for one in mine.history()]
    state = mine.snapshots(["COPY"])["COPY"]
    assert ("COPY", "copy") == (state.project_key, state.program)
    assert state.lineage != came["lineage"]


def test_changes_to_a_copy_do_not_reach_the_original(world):
    world.up()
    duplicate(world, "SALES", "COPY")
    world.write(ONE.format(key="COPY", text="two"), "copy/project.py")

    with pytest.raises(ProgramErrors) as refused:
        world.up("copy/project.py")
    world.up("copy/project.py", adopt=True)
    world.workspace("copy/project.py").destroy(Options(delete_adopted=True, delete_unmanaged=True))

    assert "it exists in DSS already and differs" in str(refused.value)
    assert ["SALES"] == world.dss.projects()
    assert "one" == described(world, "SALES", "a")
    assert not world.preview()


def test_another_program_may_not_take_a_copy_that_is_deployed(world):
    world.up()
    duplicate(world, "SALES", "COPY")
    world.write(ONE.format(key="COPY", text="one"), "copy/project.py")
    world.up("copy/project.py")
    world.write(ONE.format(key="COPY", text="one"))

    with pytest.raises(Refused, match='project COPY belongs to program "copy"'):
        world.preview()


def test_another_stack_may_not_take_a_project(world):
    world.up()
    (world.folder / "dssdsl.toml").write_text("[stacks.prod]\nemulator = true\n")
    state = json.loads((world.dss.project_folder("SALES") / STATE).read_text())
    assert "local" == state["stack"]

    with pytest.raises(Refused) as refused:
        world.preview()

    assert 5 == refused.value.exit_code
    assert 'program "sales", stack "local"' in str(refused.value)


def test_a_state_of_another_host_does_not_count(world):
    """
    A bundle, or a project that moved to another DSS, brings the state of where it was.
    """
    world.up()
    world.dss.edit("SALES", STATE, lambda doc: doc.update(host="https://elsewhere.example.com"))

    plan = world.preview()
    world.up()

    assert {Action.ADOPT} == {step.action for step in plan.steps}
    assert not world.preview()


# -- deleted and renamed by somebody -----------------------------------------------------------------


@pytest.mark.parametrize(("store", "told_why"), [("dss", "new"), ("local", "no longer in DSS")])
def test_a_project_that_somebody_deleted_is_made_again(world, store, told_why):
    """
    Its state went with it, unless it is kept elsewhere.
    """
    keep(world, store)
    world.up()
    send(world, "DELETE", "/projects/SALES")

    plan = world.preview()
    world.up()

    assert [("create", "project SALES", told_why), ("create", "dataset a", told_why)] == told(plan)
    assert not world.preview()


@pytest.mark.parametrize("store", STORES)
def test_a_project_that_somebody_deleted_needs_no_destroying(world, store):
    keep(world, store)
    world.up()
    send(world, "DELETE", "/projects/SALES")
    world.dss.clear_requests()

    world.destroy()

    assert [] == world.dss.writes()
    assert {} == serials(world, "SALES")
    assert [("create", "project SALES", "new"), ("create", "dataset a", "new")] == told(
        world.preview()
    )


@pytest.mark.parametrize("said", [None, "Sales"])
def test_a_project_that_somebody_renamed(world, said):
    """
    The key stays, so it is the same project; the title is put back if the program says one.
    """
    named = ', name="Sales"' if said else ""
    world.write(
        ONE.format(key="SALES", text="one").replace(', naming="any"', f', naming="any"{named}')
    )
    world.up()
    world.dss.edit("SALES", "params.json", lambda doc: doc.update(name="Turnover"))

    changes = [
        (step.label, c.old, c.new, c.reason.value)
        for step in world.preview().steps
        for c in step.changes
    ]
    world.up()

    assert changes == ([("project SALES", "Turnover", "Sales", "changed_in_dss")] if said else [])
    name = json.loads((world.dss.project_folder("SALES") / "params.json").read_text())["name"]
    assert (said or "Turnover") == name
    assert not world.preview()


# -- several -----------------------------------------------------------------------------------------


def test_several_projects_are_one_deployment(world):
    """
    Each has its own state; all say the same deployment, and which projects belong together.
    """
    world.write(TWO.format(text="one"))
    world.up()
    world.write(TWO.format(text="two"))
    world.dss.clear_requests()

    world.up()

    states = world.workspace().snapshots(["AAA"])
    assert {"AAA": 2, "BBB": 2} == {key: one.serial for key, one in states.items()}
    assert 1 == len({one.deployment for one in states.values()})
    assert {("AAA", "BBB")} == {tuple(one.projects) for one in states.values()}
    tags = [r.path.split("/")[2] for r in world.dss.writes() if r.path.endswith("/git/tags")]
    assert ["AAA", "BBB"] == tags[:2], "locked in the order of their keys"


def test_a_deployment_that_waits_for_the_second_project_releases_the_first(world):
    """
    Nothing is written where one of the projects is somebody else's at the moment.
    """
    world.write(TWO.format(text="one"))
    world.up()
    world.write(TWO.format(text="two"))
    records = {key: world.workspace().store.lock_records(key) for key in ("AAA", "BBB")}
    other = Lock(records["BBB"], Holder.here("up", "other"), "project BBB")
    other.acquire()

    with pytest.raises(Locked):
        world.up()

    assert holder(records["AAA"]) is None
    assert "one" == described(world, "AAA", "a")
    other.release()
    world.up()
    assert not world.preview()


@pytest.mark.parametrize("go_on", [False, True])
def test_one_project_fails_and_the_other_is_recorded(world, go_on):
    """
    What needs the failed project is skipped; the rest is done, and one more run makes what is missing.
    """
    world.write(TWO.format(text="one"))
    world.dss.refuse("POST /projects/BBB/datasets", status=500, times=5)

    with pytest.raises(StepsFailed):
        world.up(continue_on_error=go_on)
    world.dss.faults.pending.clear()

    assert "one" == described(world, "AAA", "a")
    assert {"AAA": 1, "BBB": 1} == serials(world, "AAA")
    left = world.preview().steps
    assert {"dataset b", "recipe s"} == {step.label for step in left}
    world.up()
    assert not world.preview()


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("which", ["AAA", "BBB"])
def test_the_state_of_one_project_cannot_be_stored(world, store, which):
    """
    The other one's may be stored by then. Nothing is done twice, and one more run brings both to one deployment.
    """
    keep(world, store)
    world.write(TWO.format(text="one"))
    world.up()
    world.write(TWO.format(text="two"))
    world.dss.refuse(
        f"POST /projects/{which}/"
        + ("libraries/contents/.*history" if store == "dss" else "git/tags"),
        status=500,
    )
    with pytest.raises(DssdslError):
        world.up()
    assert "two" == described(world, "BBB", "b")
    world.dss.clear_requests()

    world.up()

    assert not [r.path for r in world.dss.writes() if "/datasets/" in r.path]
    states = world.workspace().snapshots(["AAA"])
    assert 1 == len({one.deployment for one in states.values()})
    assert not world.preview()
    assert all("two" in str(one.entries) for one in states.values())


@pytest.mark.parametrize("store", STORES)
def test_a_project_that_the_program_drops_and_somebody_deleted(world, store):
    keep(world, store)
    world.write(TWO.format(text="one"))
    world.up()
    send(world, "DELETE", "/projects/BBB")
    world.write(TWO.format(text="one").split("with")[0])

    assert not [step for step in world.preview().steps if step.action is not Action.FORGET]
    world.up()

    assert ["AAA"] == world.dss.projects()
    assert ["AAA"] == list(world.workspace().snapshots(["AAA"]))
    assert not world.preview()


def test_a_dropped_project_is_deleted_after_the_projects_that_use_it(world):
    """
    What a recipe of another project reads is not deleted before the recipe.
    """
    world.write(TWO.format(text="one"))
    world.up()
    world.dss.clear_requests()

    world.destroy()

    deletes = [r.path for r in world.dss.writes() if r.method == "DELETE"]
    assert ["/projects/BBB", "/projects/AAA"] == deletes
    assert [] == world.dss.projects()
