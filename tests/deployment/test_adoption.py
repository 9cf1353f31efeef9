"""Objects that exist before the program declares them."""

from __future__ import annotations

import pytest

from dssdsl.errors import DssdslError, ProgramErrors
from dssdsl.plan.changes import Reason
from dssdsl.plan.steps import Action

from .programs import BASE, HEAD, forget_state, problems, told


def test_an_existing_object_that_differs_is_not_overwritten_without_consent(world):
    """
    A name that happens to exist is refused with its differences, unless the program or the user says otherwise.
    """
    world.write(BASE)
    world.up()
    world.write(HEAD + 'Project("OTHER")\n', "other/project.py")
    world.up("other/project.py")
    taken = (
        HEAD
        + 'Project("SALES", naming="any")\nDataset("clean", connection="filesystem_managed", short_desc="mine"{})\n'
    )
    forget_state(world)
    world.write(taken.format(""))

    with pytest.raises(ProgramErrors) as refused:
        world.up()
    agreed = world.preview(adopt=True)
    world.write(taken.format(", adopt=True"))
    asked = world.preview()

    assert [
        'dataset clean: it exists in DSS already and differs (short_desc: nothing in DSS, "mine" in the program)'
    ] == problems(refused.value)
    assert ("adopt", "dataset clean") in told(agreed)
    assert told(agreed) == told(asked)


def test_adopt_false_refuses_an_existing_object(world):
    """
    A program may insist that an object is new.
    """
    world.write(BASE)
    world.up()
    forget_state(world)
    world.write(BASE.replace('Dataset("per_day"', 'Dataset("per_day", adopt=False'))

    with pytest.raises(ProgramErrors) as refused:
        world.preview()

    assert 5 == refused.value.exit_code


def test_losing_all_state_destroys_nothing(world):
    """
    Without state the next deployment adopts by name what equals the program, without a write but the state's.
    """
    world.write(BASE)
    world.up()
    forget_state(world)
    world.dss.clear_requests()

    plan = world.preview()
    world.up()

    assert {Action.ADOPT} == {step.action for step in plan.steps}
    assert not [
        r.path
        for r in world.dss.writes()
        if "dataiku_framework" not in r.path and "git" not in r.path
    ]
    assert not world.preview()


def test_refresh_records_what_dss_holds(world):
    """
    After a refresh the state says what DSS has; the program's word then counts as a change in code.
    """
    world.write(BASE)
    world.up()
    world.dss.edit(
        "SALES",
        "scenarios/NIGHTLY.json",
        lambda doc: doc["params"]["steps"][0]["params"].update(
            jobType="NON_RECURSIVE_FORCED_BUILD"
        ),
    )

    drift = world.preview()
    taken = world.workspace().refresh()
    after = world.preview()

    assert [Reason.CHANGED_IN_DSS] == [c.reason for s in drift.steps for c in s.changes]
    assert {"scenario NIGHTLY": 1} == taken
    assert [Reason.CHANGED_IN_CODE] == [c.reason for s in after.steps for c in s.changes]


def test_another_programs_project_is_refused(world):
    """
    A project that another program deploys is not taken for our own.
    """
    world.write(BASE)
    world.up()
    world.write(BASE, "neighbour/project.py")

    with pytest.raises(DssdslError) as refused:
        world.preview("neighbour/project.py")

    assert 5 == refused.value.exit_code
