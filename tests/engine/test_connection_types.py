"""A dataset or folder whose connection changes to one of another type."""

from __future__ import annotations

import pytest

from dssdsl.errors import DssdslError
from tests.support.world import World, emulator

HEAD = 'from dssdsl import *\nProject("SALES")\n'
CONNECTIONS = {
    "filesystem_managed": "Filesystem",
    "other_disk": "Filesystem",
    "warehouse": "Snowflake",
    "pg": "PostgreSQL",
    "lake": "EC2",
    "gcs": "GCS",
}
DATASET = 'Dataset("D", connection="{}")\n'
FOLDER = 'ManagedFolder("D", connection="{}")\n'
TABLE = 'SQLDataset("D", connection="{}", table="D", managed=True)\n'
OF_TYPES = [
    (DATASET.format("filesystem_managed"), DATASET.format("warehouse"), "Snowflake"),
    (DATASET.format("warehouse"), DATASET.format("filesystem_managed"), "Filesystem"),
    (DATASET.format("lake"), DATASET.format("gcs"), "GCS"),
    (DATASET.format("filesystem_managed"), TABLE.format("pg"), "PostgreSQL"),
    (TABLE.format("warehouse"), TABLE.format("pg"), "PostgreSQL"),
    (FOLDER.format("filesystem_managed"), FOLDER.format("lake"), "S3"),
]


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator(connections=CONNECTIONS) as dss:
        yield World(tmp_path, dss)


def held(world):
    dss = world.workspace().session
    [one] = dss.json("GET", "/projects/SALES/datasets/") or dss.json("GET", "/projects/SALES/managedfolders/")  # fmt: skip
    return one


@pytest.mark.parametrize(("before", "after", "type"), OF_TYPES)
def test_another_type_is_a_replace_with_consent(world, before, after, type):
    """
    `--move` does not agree to it; after the replace the type fits, and nothing is left to do.
    """
    world.write(HEAD + before)
    world.up()
    world.write(HEAD + after)

    with pytest.raises(DssdslError) as refused:
        world.up(moves=("D",))
    assert "pass --replace D" in str(refused.value)
    assert "its data is lost" in str(refused.value)

    world.up(replaces=("D",))
    assert held(world)["type"] == type
    assert not world.preview()


@pytest.mark.parametrize("text", [DATASET, FOLDER])
def test_the_same_type_is_a_move(world, text):
    world.write(HEAD + text.format("filesystem_managed"))
    world.up()
    world.write(HEAD + text.format("other_disk"))
    world.up(moves=("D",))

    assert held(world)["type"] == "Filesystem"
    assert held(world)["params"]["connection"] == "other_disk"
    assert not world.preview()


def test_a_type_of_the_program_must_fit(world):
    """
    A class for one type, whose connection becomes one of another type, is an error with its line.
    """
    text = HEAD + 'SnowflakeDataset("D", connection="warehouse", table="D")\n'
    world.write(text)
    world.up()
    world.write(text.replace("warehouse", "pg"))

    with pytest.raises(DssdslError) as refused:
        world.up(moves=("D",))

    assert 'has the type Snowflake, and its new connection "pg" has the type PostgreSQL' in str(refused.value)  # fmt: skip
    assert "project.py:3" in str(refused.value)
