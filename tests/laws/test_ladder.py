"""Every row of the ladder of reasons, reached by deployments to the emulator."""

from __future__ import annotations

import pytest

from dssdsl.cli.sentences import remark
from dssdsl.errors import ProgramErrors, StepsFailed
from dssdsl.plan.changes import Effect, Reason
from dssdsl.plan.steps import Action
from tests.deployment.programs import forget_state
from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import *

Project("SALES", naming="any")
Dataset("orders", connection="filesystem_managed", short_desc="DESC", tags=["b", "a"])
Scenario("NIGHTLY", steps=[Build("orders", name="all")], triggers=[Daily("02:00")])
"""


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM)
        yield world


def edit(world, **fields):
    """An edit of the dataset, as from the UI."""
    world.dss.edit("SALES", "datasets/orders.json", lambda doc: doc.update(fields), login="alice")


def changes(world):
    """The changes that the plan shows: field, old, new, reason."""
    return [
        (c.field, c.old, c.new, c.reason) for step in world.preview().steps for c in step.changes
    ]


def test_0_new_and_gone(world):
    """
    What DSS does not have is created: as new, or as gone where we had made it.
    """
    new = {s.label: (s.action, s.cause) for s in world.preview().steps}
    world.up()
    world.workspace().session.send("DELETE", "/projects/SALES/scenarios/NIGHTLY")

    gone = {s.label: (s.action, s.cause) for s in world.preview().steps}

    assert (Action.CREATE, "new") == new["dataset orders"]
    assert {"scenario NIGHTLY": (Action.CREATE, "gone")} == gone


def test_1_unmanaged(world):
    """
    What the program never set is nobody's business.
    """
    world.up()
    edit(world, description="written in the UI")

    assert not world.preview()


def test_2_already_set(world):
    """
    Somebody set in the UI what the program now says.
    """
    world.up()
    edit(world, shortDesc="new")
    world.write(PROGRAM.replace("DESC", "new"))

    assert not world.preview()


def test_3_as_normalized(world):
    """
    DSS stores some values in its own way; that is told once, and is no drift.
    """
    step = 'Step("build_flowitem", {"builds": [], "handleWarningsAs": "LOUD"}, name="all")'
    world.write(PROGRAM.replace('Build("orders", name="all")', step))
    notes = []

    world.workspace().up(listen=lambda event: notes.extend(getattr(event, "notes", ())))

    (told,) = [note for note in notes if "stored" in note]
    assert "handleWarningsAs as 'WARNING', not 'LOUD'" in told
    assert not world.preview()


def test_4_adopted_differs(world):
    """
    It is in DSS, not in the snapshot, and differs: refused, unless asked for.
    """
    world.up()
    forget_state(world)
    world.write(PROGRAM.replace("DESC", "new"))

    with pytest.raises(ProgramErrors):
        world.preview()
    plan = world.preview(adopt=True)

    assert [("short_desc", "DESC", "new", Reason.ADOPTED_DIFFERS)] == [
        (c.field, c.old, c.new, c.reason) for s in plan.steps for c in s.changes
    ]


def test_5_changed_in_dss(world):
    """
    Drift is put back, and who did it is known.
    """
    world.up()
    edit(world, shortDesc="theirs")

    (step,) = world.preview().steps

    assert [("short_desc", "theirs", "DESC", Reason.CHANGED_IN_DSS)] == [
        (c.field, c.old, c.new, c.reason) for c in step.changes
    ]
    assert "alice" == step.live.saved_by
    world.up()
    assert not world.preview()


def test_6_removed_from_code(world):
    """
    What the program sets no more goes back to its default; where none is known, it is left and told.
    """
    world.up()
    world.write(
        PROGRAM.replace(', short_desc="DESC"', "").replace(', triggers=[Daily("02:00")]', "")
    )

    found = changes(world)
    world.up()

    assert ("short_desc", "DESC", "", Reason.REMOVED_FROM_CODE) in found
    assert not world.preview()
    world.write(
        PROGRAM.replace(
            'Dataset("orders", connection="filesystem_managed"', 'Dataset("orders", adopt=True'
        )
    )
    world.up()
    assert not world.preview()


def test_7_changed_on_both_sides(world):
    """
    The program and somebody in DSS changed the same field, to different values.
    """
    world.up()
    edit(world, shortDesc="theirs")
    world.write(PROGRAM.replace("DESC", "ours"))

    assert [("short_desc", "theirs", "ours", Reason.CHANGED_ON_BOTH_SIDES)] == changes(world)


def test_8_changed_in_code(world):
    """
    The program changed, DSS did not; a field that is newly declared counts as such.
    """
    world.up()
    world.write(
        PROGRAM.replace("DESC", "new").replace(
            'tags=["b", "a"]', 'tags=["b", "a"], rebuild="EXPLICIT"'
        )
    )

    assert {
        ("short_desc", "DESC", "new", Reason.CHANGED_IN_CODE),
        ("rebuild", "NORMAL", "EXPLICIT", Reason.CHANGED_IN_CODE),
    } == set(changes(world))


def test_values_that_a_run_wrote_are_shown_and_stay(world):
    """
    A schema that a build rewrote is told, and not written back while the code stays as it is.
    """
    world.write(
        PROGRAM.replace('tags=["b", "a"]', 'columns={"id": "bigint"}')
        + 'PythonRecipe("r", outputs="orders", code="x = 1\\n")\n'
    )
    world.up()
    edit(world, schema={"columns": [{"name": "id", "type": "string"}], "userModified": False})

    plan = world.preview()

    assert not plan
    told = 'schema.columns[id].type: "bigint" → "string"'
    assert [f"dataset orders: a run may have changed {told}; it stays"] == [
        remark(r) for r in plan.remarks
    ]
    assert Effect.SHOW == "show"


def test_a_setting_that_dss_drops_is_no_echo(world):
    """
    DSS answers 200 and forgets what it does not know; the step fails, and fails again until it is mended.
    """
    world.write(
        PROGRAM.replace('tags=["b", "a"]', 'raw={"flowOptions.rebuildBehaviour": "EXPLICIT"}')
    )

    for _ in range(2):
        with pytest.raises(StepsFailed) as failed:
            world.up()
        assert "DSS dropped flowOptions.rebuildBehaviour of dataset orders" in str(failed.value)
    assert 4 == failed.value.exit_code


def test_an_untouched_recipe_is_not_read_again(world):
    """
    The version in the list tells that nobody touched it: no request for the recipe itself.
    """
    world.write(
        PROGRAM
        + 'PythonRecipe("r", inputs="orders", outputs=Dataset("out", connection="filesystem_managed"), code="x = 1\\n")\n'
    )
    world.up()
    world.dss.clear_requests()

    assert not world.preview()

    assert not [r.path for r in world.dss.requests if r.path.endswith("/recipes/r")]


def test_a_touched_recipe_is_read_and_its_drift_put_back(world):
    """
    A version that moved tells that somebody saved it: its code is read, compared, and put back.
    """
    world.write(
        PROGRAM
        + 'PythonRecipe("r", inputs="orders", outputs=Dataset("out", connection="filesystem_managed"), code="x = 1\\n")\n'
    )
    world.up()
    session = world.workspace().session
    recipe = session.json("GET", "/projects/SALES/recipes/r")
    session.json("PUT", "/projects/SALES/recipes/r", {**recipe, "payload": "x = 2\n"})

    assert [("code", "x = 2\n", "x = 1\n", Reason.CHANGED_IN_DSS)] == changes(world)
    world.up()
    assert "x = 1\n" == session.json("GET", "/projects/SALES/recipes/r")["payload"]
    assert not world.preview()
