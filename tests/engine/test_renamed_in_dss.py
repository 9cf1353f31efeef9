"""Objects that somebody renamed in the UI: known by when they were created, never made a second time."""

from __future__ import annotations

import pytest

from dssdsl.errors import ProgramErrors
from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import *
Project("SALES", naming="any")
raw = FilesystemDataset("raw", connection="filesystem_managed", path="/raw", columns={"id": "bigint"})
out = Dataset("out", connection="filesystem_managed")
PythonRecipe("make", inputs=raw, outputs=out, code="x = 1")
"""
RENAMES = {
    "dataset": ("out", "actions/renameDataset", 'Dataset("out"'),
    "recipe": ("make", "actions/renameRecipe", 'PythonRecipe("make"'),
}


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM)
        world.up()
        yield world


def rename(world, kind, old, new):
    """Rename as the UI does."""
    session = world.workspace().session
    session.send("POST", f"/projects/SALES/{RENAMES[kind][1]}", {"oldName": old, "newName": new})


@pytest.mark.parametrize("kind", RENAMES)
def test_the_plan_says_which_line_to_write(world, kind):
    """
    Followed or turned back, what was there stays: nothing is created, nothing deleted.
    """
    old, _, declared = RENAMES[kind]
    rename(world, kind, old, "theirs")
    with pytest.raises(ProgramErrors) as refused:
        world.preview()
    assert [(f'{kind} {old}: it was renamed to "theirs" in DSS', 5)] == [
        (e.problem, e.exit_code) for e in refused.value.each()
    ]
    assert f'renamed_from="{old}"' in (next(iter(refused.value.each())).fix or "")

    world.write(PROGRAM.replace(declared, declared.replace(old, "theirs") + f', renamed_from="{old}"'))  # fmt: skip
    assert {"forget"} >= {s.action.value for s in world.up().plan.steps}
    assert not world.preview()

    rename(world, kind, "theirs", "again")
    world.write(PROGRAM.replace(declared, declared.replace(old, "theirs") + ', renamed_from="again"'))  # fmt: skip
    assert ["rename"] == [s.action.value for s in world.up().plan.steps]
    world.write(PROGRAM.replace(declared, declared.replace(old, "theirs")))
    assert not world.preview()


def test_objects_that_others_created_meanwhile_do_not_count(world):
    """
    A dataset that is gone is made anew, though there is another one that nobody knows.
    """
    session = world.workspace().session
    session.send("DELETE", "/projects/SALES/recipes/make")
    session.send("DELETE", "/projects/SALES/datasets/out")
    session.json(
        "POST", "/projects/SALES/datasets/managed",
        {"name": "other", "creationSettings": {"connectionId": "filesystem_managed", "specificSettings": {}}},
    )  # fmt: skip

    plan = world.preview()

    assert [("create", "dataset out"), ("create", "recipe make")] == [
        (s.action.value, s.label) for s in plan.steps
    ]
