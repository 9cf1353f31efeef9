"""A creation that DSS refused: what has that name later is somebody else's."""

from __future__ import annotations

import pytest

from dssdsl.errors import ProgramErrors, StepsFailed
from tests.support.world import World, emulator

HEAD = 'from dssdsl import *\nProject("SALES")\n'
ORDERS = 'Dataset("ORDERS", connection="filesystem_managed", description="ours")\n'
PATH = "/projects/SALES/datasets"


@pytest.fixture
def world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(HEAD)
        world.up()
        world.write(HEAD + ORDERS)
        dss.refuse(r"POST .*/datasets/managed", status=403)
        with pytest.raises(StepsFailed):
            world.up()
        yield world


def theirs(world):
    """A colleague makes a dataset of that name by hand."""
    session = world.workspace().session
    body = {
        "name": "ORDERS",
        "creationSettings": {"connectionId": "filesystem_managed", "specificSettings": {}},
    }
    session.json("POST", f"{PATH}/managed", body)
    return session


def test_it_is_not_deleted_when_the_program_drops_the_name(world):
    session = theirs(world)
    world.write(HEAD)

    world.up()

    assert ["ORDERS"] == [each["name"] for each in session.json("GET", f"{PATH}/")]


def test_it_is_not_changed_without_a_consent(world):
    theirs(world)

    with pytest.raises(ProgramErrors, match="it exists in DSS already and differs"):
        world.up()
