"""What the store records of an operation: that it begins, how it ended, and how it is finished if it was cut off."""

from __future__ import annotations

import shutil

import pytest

from dssdsl.errors import DssdslError, NotFound, ProgramErrors, StepsFailed
from dssdsl.state.snapshot import Outcome
from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import *
Project("SALES")
Dataset("A", connection="filesystem_managed", short_desc="{0}")
ManagedFolder("F", connection="filesystem_folders", short_desc="{0}")
"""
PAIR = """
from dssdsl import *
with Project("AAA"):
    Dataset("A", connection="filesystem_managed", short_desc="{0}")
with Project("BBB"):
    Dataset("A", connection="filesystem_managed", short_desc="{0}")
"""
RECORDS = r"POST .*\.dataiku_framework/history"


def deployed(world, *values, program=PROGRAM):
    """Deploy the program with each of these values."""
    for value in values:
        world.write(program.format(value))
        world.up()


def failing(world, act, line="PUT .*/managedfolders", error=DssdslError):
    """Do something while DSS refuses one request."""
    world.dss.refuse(line, status=500)
    with pytest.raises(error):
        act()


def elsewhere(world):
    """Go on at another machine."""
    shutil.rmtree(world.folder / ".dssdsl")


def described(world, project="SALES"):
    """What DSS holds of the dataset."""
    return world.workspace().session.json("GET", f"/projects/{project}/datasets/A")["shortDesc"]


def results(world):
    """The deployments, the oldest first: what each was, and how it ended."""
    found = reversed(world.workspace().history())
    return [(one.number, one.first.operation, one.result.value) for one in found]


# -- how it ended ------------------------------------------------------------------------------------


def test_a_failed_deployment_is_recorded_with_its_finished_steps(world):
    deployed(world, "one")
    world.write(PROGRAM.format("two"))
    failing(world, world.up, error=StepsFailed)

    last = world.workspace().history(1)[0]
    assert (Outcome.FAILED, {"update": 1}) == (last.result, last.first.counts)


def test_a_rollback_goes_to_the_last_deployment_that_succeeded(world):
    deployed(world, "one")
    world.write(PROGRAM.format("two"))
    failing(world, world.up, error=StepsFailed)
    assert 1 == world.workspace().steps_back()

    deployed(world, "three")
    assert 1 == world.workspace().steps_back()
    world.workspace().rollback()
    assert "one" == described(world)


def test_a_rollback_that_failed_goes_to_the_same_deployment_when_it_is_run_again(world):
    deployed(world, "one", "two", "three")
    failing(world, lambda: world.workspace().rollback(), error=StepsFailed)

    world.workspace().rollback()

    assert "two" == described(world)
    assert [(4, "rollback to 2", "failed"), (5, "rollback to 2", "succeeded")] == results(world)[3:]


def test_a_rollback_does_not_return_to_the_deployment_it_left(world):
    """
    Deployment 5 is on top of the configuration of 2: one step back from it is 2, and two are 1.
    """
    deployed(world, "one", "two", "bad")
    world.workspace().rollback()
    deployed(world, "five")

    assert [2, 1] == [world.workspace().steps_back(n) for n in (1, 2)]
    world.workspace().rollback(to=3)
    assert [2, 1] == [world.workspace().steps_back(n) for n in (1, 2)]
    with pytest.raises(NotFound, match="only 2"):
        world.workspace().steps_back(3)


def test_an_edit_of_the_state_is_no_step_back(world):
    deployed(world, "one", "two")
    world.workspace().state.protect("dataset/A")
    world.workspace().state.unprotect("dataset/A")

    assert 1 == world.workspace().steps_back()


def test_after_a_destroy_one_step_back_restores_the_destroyed_resources(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        (world.folder / "dssdsl.toml").write_text(
            '[stacks.local]\nemulator = true\nstore = "local"\n', encoding="utf-8"
        )
        deployed(world, "one", "two")
        world.destroy()

        assert 2 == world.workspace().steps_back()
        world.workspace().rollback()
        assert "two" == described(world)


# -- cut off -----------------------------------------------------------------------------------------


def test_a_deployment_is_recorded_before_its_first_write(world):
    deployed(world, "one")
    world.write(PROGRAM.format("two"))
    failing(world, world.up, RECORDS)

    one, running = world.workspace().cut_off()
    assert ("up", False) == (one.operation, running)
    assert {"dataset/A", "managed_folder/F"} == set(one.writes)
    world.up()
    assert world.workspace().cut_off() is None
    assert [(1, "up", "succeeded"), (2, "up", "succeeded")] == results(world)


def test_another_operation_records_the_interrupted_one(world):
    deployed(world, "one")
    world.write(PROGRAM.format("two"))
    failing(world, world.up, RECORDS)
    elsewhere(world)

    deployed(world, "three")

    assert [(2, "up", "interrupted"), (3, "up", "succeeded")] == results(world)[1:]
    assert 1 == world.workspace().steps_back()


@pytest.mark.parametrize("here", [True, False])
def test_a_rollback_that_was_cut_off_is_finished_on_any_machine(world, here):
    """
    DSS holds what it wrote: that is no change of somebody else.
    """
    deployed(world, "one", "two")
    failing(world, lambda: world.workspace().rollback(), RECORDS)
    if not here:
        elsewhere(world)

    world.workspace().rollback()

    assert "one" == described(world)
    assert [(3, "rollback to 1", "succeeded")] == results(world)[2:]


def test_changes_made_after_an_interrupted_rollback_are_not_overwritten(world):
    deployed(world, "one", "two")
    failing(world, lambda: world.workspace().rollback(), RECORDS)
    elsewhere(world)
    world.dss.edit("SALES", "datasets/A.json", lambda found: found.update(shortDesc="theirs"))

    with pytest.raises(ProgramErrors, match="dataset A: short_desc was changed in DSS"):
        world.workspace().rollback()


def test_objects_that_an_interrupted_rollback_renamed_stay_created(world):
    one = 'from dssdsl import *\nProject("SALES")\nDataset("A", connection="filesystem_managed")\n'
    for text in (one, one.replace('"A",', '"B", renamed_from="A",')):
        world.write(text)
        world.up()
    failing(world, lambda: world.workspace().rollback(), RECORDS)
    elsewhere(world)
    world.write(one)

    world.up()

    entries = world.workspace().state.list()["SALES"].entries
    assert {"dataset/A": "created", "project/SALES": "created"} == {
        key: entry.origin for key, entry in entries.items()
    }


def test_two_projects_that_were_cut_off_between_become_one_deployment(world):
    deployed(world, "one", "two", program=PAIR)
    world.write(PAIR.format("three"))
    failing(world, world.up, r"POST .*/BBB/.*\.dataiku_framework/history")
    assert [(3, "up", "interrupted")] == results(world)[2:]
    elsewhere(world)

    world.up()

    assert [(3, "up", "succeeded")] == results(world)[2:]
    assert {"AAA", "BBB"} == set(world.workspace().history(1)[0].heads)
    world.workspace().rollback()
    assert ("two", "two") == (described(world, "AAA"), described(world, "BBB"))


def test_an_edit_of_two_projects_that_was_cut_off_is_finished_by_running_it_again(world):
    deployed(world, "one", program=PAIR)
    names = ("AAA/dataset/A", "BBB/dataset/A")
    forget = lambda: world.workspace().state.forget(names)  # noqa: E731 - it is run twice
    failing(world, forget, r"POST .*/BBB/.*\.dataiku_framework/history")
    elsewhere(world)

    forget()

    assert all("dataset/A" not in s.entries for s in world.workspace().state.list().values())
    assert world.workspace().cut_off() is None


# -- how much is kept --------------------------------------------------------------------------------


def test_only_so_many_deployments_are_kept(world):
    """
    Older ones go with their tags; what is left can be read and rolled back to, and numbers go on.
    """
    (world.folder / "dssdsl.toml").write_text(
        "[stacks.local]\nemulator = true\nhistory = 3\n", encoding="utf-8"
    )
    deployed(world, *"abcdef")

    assert [6, 5, 4] == [one.number for one in world.workspace().history()]
    assert {4, 5, 6} == set(world.workspace().session.git("SALES").deployments())
    world.workspace().rollback(to=4)
    assert "d" == described(world)
    assert [7, 6, 5] == [one.number for one in world.workspace().history()]
