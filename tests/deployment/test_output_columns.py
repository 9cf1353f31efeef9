"""The columns of outputs: set only where they differ; their tables are dropped only with consent."""

from __future__ import annotations

import json

import pytest

from dssdsl.cli.progress import ended
from dssdsl.errors import StepsFailed
from dssdsl.plan.events import Skipped
from dssdsl.plan.options import Options
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


def test_what_is_there_without_its_columns_is_not_called_skipped(tmp_path):
    """
    Two steps fail in parallel: each error names its resource, and what was created says so.
    """
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM + "".join(f'Dataset("D{n}", connection="warehouse")\n' for n in "12"))
        dss.refuse("POST .*/datasets/managed", status=400, message="no space", times=9)
        events = []

        with pytest.raises(StepsFailed) as failed:
            world.workspace().up(Options(continue_on_error=True), listen=events.append)

        said = [error.problem for error in failed.value.each()]
        assert ["dataset D1: ", "dataset D2: ", "dataset OUT: "] == sorted(p.partition("DSS")[0] for p in said)  # fmt: skip
        assert all(error.at for error in failed.value.each())


def test_a_part_that_is_done_is_told(tmp_path):
    """
    The recipe is there, and DSS did not compute its columns because another step failed first.
    """
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM + 'Scenario("S", steps=[ExecutePython("x = 1")], depends_on=[out])\n')
        dss.delay("POST .*/recipes$", 2.0)  # the scenario fails meanwhile, also on a busy machine
        dss.refuse("POST .*/scenarios$", status=400, message="no", times=1)
        events = []

        with pytest.raises(StepsFailed):
            world.workspace().up(listen=events.append)

        (skipped,) = [event for event in events if isinstance(event, Skipped)]
        assert ("recipe g", True) == (skipped.step.label, skipped.begun)
        assert "created, not completed (scenario S failed)" in "".join(
            span.text for row in ended(skipped) for span in row
        )
