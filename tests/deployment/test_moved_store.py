"""The store of a stack changes, or its state is not the project's last one."""

from __future__ import annotations

import json

import pytest

from dssdsl.errors import ProgramError, Refused
from tests.support.world import World, emulator

HEAD = """
from dssdsl import *

Project("SALES", naming="any")
"""
DATA = 'Dataset("{0}", connection="filesystem_managed", short_desc="{1}")\n'
STORES = ["dss", "local", "memory://moved"]


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        store(world, "dss")
        world.write(HEAD + DATA.format("a", "one") + DATA.format("b", "one"))
        world.up()
        world.write(HEAD + DATA.format("a", "two") + DATA.format("b", "one"))
        world.up()
        yield world


def store(world, name):
    """Set the stack's store."""
    (world.folder / "dssdsl.toml").write_text(
        f"[stacks.local]\nemulator = true\nstore = {json.dumps(name)}\n", encoding="utf-8"
    )


def remarks(plan):
    """What is shown with a plan."""
    return [name for remark in plan.remarks for name in remark.names]


def test_another_store_is_refused_until_the_state_is_moved(world):
    """
    The plan of a store without the state would forget what the program drops.
    """
    store(world, "local")
    world.write(HEAD + DATA.format("a", "two"))

    with pytest.raises(Refused, match="is in store dss, with deployment 2") as refused:
        world.preview()
    assert "dssdsl state move 'local' --from 'dss'" in refused.value.fix
    assert 3 == world.workspace().state.move("local", "dss")

    plan = world.preview()
    assert {"delete": 1} == plan.counts()
    assert [] == remarks(plan)
    world.up()
    assert ["state move", "up", "up"] == [d.first.operation for d in world.workspace().history()][
        1:
    ]
    assert 1 == world.workspace().rollback(to=1).plan.counts()["create"]


def test_the_old_store_is_not_used_again(world):
    """
    It keeps its history, and no current state that could be planned from.
    """
    world.workspace().state.move("local")

    with pytest.raises(Refused, match="is in store local, with deployment 3"):
        world.up()

    store(world, "local")
    assert not world.preview()


def test_there_and_back_through_every_kind(world):
    """
    Histories grow; a store that has an older state of the same lineage takes the newer one.
    """
    for to, number in (("local", 3), ("memory://moved", 4), ("local", 5), ("dss", 6)):
        assert number == world.workspace().state.move(to)
        store(world, to)
        assert not world.preview()
    assert [6, 5, 4, 3, 2, 1] == [d.number for d in world.workspace().history()]


def test_a_state_older_than_the_project_is_reported(world):
    """
    Somebody brought a backup of the store back, or its branch was rewound.
    """
    now = world.workspace().store
    old = now.past("SALES", 1)
    now.write("SALES", old, over=None, keep=False)
    (older,) = remarks(world.preview())
    now.forget("SALES")

    assert "is at deployment 2, and" in older
    assert "has deployment 1" in older
    assert "has no state of it" in remarks(world.preview(adopt=True))[0]
    with pytest.raises(Refused, match="has no state of it"):
        world.preview()


@pytest.mark.parametrize("to", ["dss", "nowhere", "{", '{"branch": "x"}', ""])
def test_an_impossible_target_store_is_refused(world, to):
    """
    The store that has it, and what is no store.
    """
    with pytest.raises((ProgramError, Refused)):
        world.workspace().state.move(to)

    assert not world.preview()


def test_a_store_with_another_state_is_not_overwritten(world):
    """
    Nor is there anything to move from an empty one.
    """
    mine = world.workspace()
    other = mine.with_store("local").store
    other.write("SALES", mine.store.read("SALES").model_copy(update={"lineage": "x"}), over=0)

    with pytest.raises(Refused, match="has a state of its own, of deployment 2"):
        mine.state.move("local")
    with pytest.raises(Refused, match="there is no state in store memory://none"):
        mine.state.move("local", "memory://none")


def test_the_plan_names_another_host(world):
    """
    Another spelling of the host is the same host; another host's state is not used, and the plan says whose it is.
    """
    now = world.workspace().store
    state = now.read("SALES")
    for spelling in ("http://EMULATOR/", "https://emulator:443"):
        now.write("SALES", state.model_copy(update={"host": spelling}), over=None, keep=False)
        assert not remarks(world.preview())
    now.write("SALES", state.model_copy(update={"host": "http://other"}), over=None, keep=False)

    assert "is of host http://other, and is not used" in remarks(world.preview())[0]
