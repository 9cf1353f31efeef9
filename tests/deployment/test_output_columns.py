"""The columns of outputs: set only where they differ; their tables are dropped only with consent."""

from __future__ import annotations

import json

import pytest

from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import *

Project("SALES", naming="any")
raw = SQLDataset("RAW", connection="warehouse", table="RAW", columns={"id": "bigint", "n": "double"})
out = Dataset("OUT", connection="warehouse")
GroupingRecipe("g", inputs=raw, outputs=out, keys="id", aggregations=Agg("n", sum=True))
"""
ACTION = "/projects/SALES/recipes/g/actions/updateOutputSchema"


@pytest.mark.parametrize(
    ("replaces", "recreates"),
    [((), False), (("OUT",), True), (("dataset/OUT",), True), (("OTHER",), False)],
)
def test_a_table_is_dropped_only_with_consent(tmp_path, replaces, recreates):
    """
    An aggregation more is a column more: DSS changes the schema, and drops the table only with --replace.
    """
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM)
        world.up()
        world.write(PROGRAM.replace("sum=True", "sum=True, avg=True"))
        dss.clear_requests()

        world.up(replaces=replaces)

        (sent,) = [request for request in dss.requests if request.path == ACTION]
        assert json.loads(sent.body)["dropAndRecreate"] is recreates


def test_nothing_is_sent_where_the_columns_are_the_same(tmp_path):
    """
    A change of the recipe that changes no column sends no schema.
    """
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM)
        world.up()
        world.write(PROGRAM.replace('keys="id"', 'keys="id", short_desc="Sums"'))
        dss.clear_requests()

        world.up()

        assert not [request for request in dss.requests if request.path == ACTION]
