"""A state that is older than what DSS holds, and the numbers of deployments that outlive a state."""

from __future__ import annotations

import json

import pytest

from dssdsl.errors import Refused
from tests.support.world import World, emulator

HEAD = """
from dssdsl import *

Project("SALES", naming="any")
"""
DATA = 'Dataset("{0}", connection="filesystem_managed", short_desc="{1}")\n'
FIRST = HEAD + DATA.format("a", "one") + DATA.format("dropped", "one")
SECOND = HEAD + DATA.format("a", "two") + DATA.format("later", "two")
THIRD = HEAD + DATA.format("a", "three") + DATA.format("later", "two")


@pytest.fixture(name="world", params=["dss", "local"])
def _world(tmp_path, request):
    with emulator() as dss:
        world = World(tmp_path, dss)
        (tmp_path / "dssdsl.toml").write_text(
            f'[stacks.local]\nemulator = true\nstore = "{request.param}"\n'
        )
        world.write(FIRST)
        yield world


def stale(world):
    """Deploy twice, and bring the state back that the first time left, as a backup would."""
    world.up()
    store = world.workspace().store
    old = store.read("SALES")
    world.write(SECOND)
    world.up()
    store.forget("SALES")
    store.write("SALES", old, over=0, keep=False)


def described(world):
    """The datasets in DSS, and what is said of them."""
    files = (world.dss.project_folder("SALES") / "datasets").glob("*.json")
    return {path.stem: json.loads(path.read_text())["shortDesc"] for path in files}


def tags(world):
    """The names of deployments in the project's Git."""
    found = world.workspace().session.json("GET", "/projects/SALES/git/tags")
    return sorted(tag["shortName"] for tag in found)


def test_an_older_state_of_unchanged_objects_changes_nothing(world):
    """
    What is as the program says is found so; what the state does not know is adopted, what is gone is forgotten.
    """
    stale(world)
    world.dss.clear_requests()

    plan = world.preview()
    deployment = world.up()

    assert {("adopt", "dataset later"), ("forget", "dataset dropped")} == {
        (step.action.value, step.label) for step in plan.steps
    }
    assert not [r.path for r in world.dss.writes() if "/datasets/" in r.path]
    assert 3 == deployment.serial
    assert ["dssdsl/1", "dssdsl/2", "dssdsl/3"] == tags(world)
    assert {"a": "two", "later": "two"} == described(world)
    assert not world.preview()


def test_an_older_state_shows_differences_as_changed_on_both_sides(world):
    stale(world)
    world.write(THIRD)

    changes = [
        (step.label, c.old, c.new, c.reason.value)
        for step in world.preview().steps
        for c in step.changes
    ]
    world.up()

    assert [("dataset a", "two", "three", "changed_on_both_sides")] == changes
    assert "three" == described(world)["a"]
    assert not world.preview()


def test_an_older_program_with_an_older_state_shows_drift(world):
    """
    What was deployed since looks like somebody's change, and what came since is nobody's.
    """
    stale(world)
    world.write(FIRST)

    steps = {step.label: step for step in world.preview().steps}
    world.up()

    assert ["changed_in_dss"] == [c.reason.value for c in steps["dataset a"].changes]
    assert "create" == steps["dataset dropped"].action.value
    assert {"a": "one", "dropped": "one", "later": "two"} == described(world)
    assert not world.preview()


def test_a_number_is_never_given_twice(world):
    """
    It is one more than the highest that the state or a tag has, also where the state is lost.
    """
    world.up()
    session = world.workspace().session
    session.send("POST", "/projects/SALES/git/tags/", {"name": "dssdsl/7", "reference": "HEAD", "message": "x"})  # fmt: skip
    for name in ("dssdsl/lock/90", "dssdsl/x/9", "v99", "dssdsl/next"):
        session.send("POST", "/projects/SALES/git/tags/", {"name": name, "reference": "HEAD", "message": "{}"})  # fmt: skip
    session.send("POST", "/projects/SALES/git/actions/deleteTag", {"name": "dssdsl/lock/90"})
    world.write(SECOND)

    assert 8 == world.up().serial
    world.workspace().store.forget("SALES")
    world.write(SECOND + 'Scenario("S", steps=[])\n')
    assert 9 == world.up(adopt=True).serial
    assert not world.preview()


def test_a_field_of_a_lost_state_is_nobodys(world):
    """
    What the program dropped while the state was lost stays: nobody knows any more whose it was.
    """
    world.up()
    world.workspace().store.forget("SALES")
    world.write(FIRST.replace(', short_desc="one"', ""))

    assert {"adopt"} == {step.action.value for step in world.preview(adopt=True).steps}
    world.up(adopt=True)

    assert {"a": "one", "dropped": "one"} == described(world)
    assert not world.preview()


def test_a_lost_state_is_not_begun_again_unasked(world):
    """
    Nobody knows what was deployed: the ways out are named, and nothing is written.
    """
    world.up()
    world.workspace().store.forget("SALES")
    world.write(SECOND)

    for act in (world.preview, world.up):
        with pytest.raises(
            Refused, match=r"(?s)SALES is at deployment 1 .* state repair.* --adopt"
        ):
            act()
    assert {"a": "one", "dropped": "one"} == described(world)
    assert world.workspace().state.repair()
    world.up()
    assert not world.preview()
