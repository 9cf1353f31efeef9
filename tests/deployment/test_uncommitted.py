"""Uncommitted changes in projects in explicit commit mode: those of an operation that was cut off, and those of others."""

from __future__ import annotations

import shutil

import pytest

from dssdsl.errors import DssdslError, Refused
from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import *
Project("SALES", git_commit_mode="EXPLICIT")
Dataset("A", connection="filesystem_managed", short_desc="{0}")
Dataset("B", connection="filesystem_managed", short_desc="{0}")
Dataset("C", connection="filesystem_managed")
"""
EDITS = {
    "protect": lambda state: state.protect("dataset/A"),
    "forget": lambda state: state.forget("dataset/A"),
    "claim": lambda state: state.claim(),
    "move": lambda state: state.move("local"),
}


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM.format("one"))
        world.up()
        yield world


def edit(world, name):
    """Let somebody change a dataset, and leave it uncommitted."""
    world.dss.edit("SALES", f"datasets/{name}.json", lambda found: found.update(description="mine"))


def uncommitted(world):
    """The files with uncommitted changes."""
    return world.workspace().session.git("SALES").uncommitted()


def cut_off(world, line):
    """Deploy while DSS refuses one request; go on at another machine."""
    world.write(PROGRAM.format("two"))
    world.dss.refuse(line, status=500)
    with pytest.raises(DssdslError):
        world.up()
    shutil.rmtree(world.folder / ".dssdsl")


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_the_state_does_not_commit_other_users_changes(world, name):
    if name == "claim":
        shutil.rmtree(world.folder / ".dssdsl")  # else there is nothing to claim
    edit(world, "A")

    with pytest.raises(Refused, match=r"datasets/A\.json"):
        EDITS[name](world.workspace().state)

    assert ("datasets/A.json",) == uncommitted(world)


CUT_OFF = {
    "before its record": r"POST .*\.dataiku_framework/history",
    "before its commit": "POST .*/git/actions/commit",
}


@pytest.mark.parametrize("when", CUT_OFF)
def test_an_interrupted_deployment_is_committed_and_tagged_on_another_machine(world, when):
    cut_off(world, CUT_OFF[when])

    world.up()

    assert uncommitted(world) is None
    assert 2 in world.workspace().session.git("SALES").deployments()
    assert [2, 1] == [one.number for one in world.workspace().history()]
    assert not world.preview()


@pytest.mark.parametrize("when", CUT_OFF)
def test_later_changes_of_others_are_not_committed(world, when):
    cut_off(world, CUT_OFF[when])
    edit(world, "C")

    with pytest.raises(Refused, match=r"too: datasets/C\.json"):
        world.up()
    world.up(commit_others=True)

    assert uncommitted(world) is None


def test_a_journal_that_is_left_commits_nothing_of_others(world):
    world.write(PROGRAM.format("two"))
    world.dss.refuse(CUT_OFF["before its record"], status=500)
    with pytest.raises(DssdslError):
        world.up()
    edit(world, "C")

    with pytest.raises(Refused, match=r"too: datasets/C\.json"):
        world.up()
