"""With --continue-on-error: which deletes a failure spares, on a DSS that deletes recipes along with their datasets."""

from __future__ import annotations

import pytest

from dssdsl.emulator import Refused
from dssdsl.errors import StepsFailed
from dssdsl.plan.options import Options
from tests.support.world import World, emulator

BEFORE = """
from dssdsl import *
Project("SALES", naming="any")
old = FilesystemDataset("old", connection="filesystem_managed", path="/old")
new = FilesystemDataset("new", connection="filesystem_managed", path="/new")
out = Dataset("out", connection="filesystem_managed")
PythonRecipe("make", inputs=old, outputs=out, code="x = 1")
Scenario("NIGHTLY", steps=[Build(out, name="a")])
"""
AFTER = (
    BEFORE.replace('old = FilesystemDataset("old"', 'more = FilesystemDataset("more"')
    .replace("/old", "/more")
    .replace("inputs=old", "inputs=new")
    .replace('name="a"', 'name="b"')
)


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(BEFORE)
        world.up()
        yield world


@pytest.mark.parametrize(
    ("refused", "because"),
    [
        (r"PUT .*/scenarios/NIGHTLY", None),
        (r"PUT .*/recipes/make", "recipe make"),
        (r"POST .*/SALES/datasets/?$", "dataset more"),
    ],
)
def test_nothing_is_deleted_that_a_failure_may_have_left_in_use(world, refused, because):
    """
    A dataset goes though a scenario failed; not where the recipe that used it, or a dataset that may take its place, did.
    """
    world.write(AFTER)
    world.dss.faults.add(refused, Refused(500, "java.lang.RuntimeException", "not today"), times=9)
    skipped = {}

    def listen(event):
        if type(event).__name__ == "Skipped":
            skipped[event.step.label] = event.because

    workspace = world.workspace()
    with pytest.raises(StepsFailed) as failed:
        workspace.up(Options(continue_on_error=True), listen=listen)

    assert failed.value.exit_code == 4
    assert ({"dataset old": f"{because} failed"} if because else {}) == skipped
    there = world.dss.project_folder("SALES")
    assert bool(because) == (there / "datasets/old.json").exists()
    assert (there / "recipes/make.json").exists()
    world.dss.faults.clear()
    world.up()
    assert not world.preview()
    assert not (there / "datasets/old.json").exists()
