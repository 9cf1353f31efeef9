"""In which order steps can be done, and what a plan is made of."""

from __future__ import annotations

import pytest

from dssdsl.engine.planning import PASSES, plan
from dssdsl.errors import ProgramErrors

from .drafts import draft

PROGRAM = """
a = FilesystemDataset("A", connection="c", path="/a")
b = Dataset("B", connection="c")
SyncRecipe("copy", inputs=a, outputs=b)
"""


def test_creations_come_after_their_dependencies():
    made = plan(draft(None, PROGRAM))

    order = [step.label for step in made.steps]
    assert "project P" == order[0]
    assert order.index("recipe copy") > max(order.index("dataset A"), order.index("dataset B"))


def test_deletes_come_last_and_backwards():
    made = plan(draft(PROGRAM, 'Scenario("S", code="1")'))

    order = [step.label for step in made.steps]
    assert ["scenario S", "recipe copy"] == order[:2]
    assert {"dataset A", "dataset B"} == set(order[2:])


def test_the_project_is_deleted_last():
    assert "project P" == plan(draft(PROGRAM, PROGRAM, destroy=True)).steps[-1].label


def test_everything_that_forbids_a_plan_is_raised_at_once():
    moved = (
        PROGRAM.replace("/a", "/b")
        + 'FilesystemDataset("C", connection="c", path="/c", adopt=True)'
    )

    with pytest.raises(ProgramErrors) as raised:
        plan(draft(PROGRAM, moved))

    assert 2 == len(list(raised.value.each()))


def test_the_docstring_of_each_pass_names_its_before_and_after():
    for each in PASSES:
        assert "Before: " in each.__doc__, each.__name__
        assert "After: " in each.__doc__, each.__name__


def test_the_project_is_deleted_last_even_if_the_state_has_no_dependencies():
    found = draft(PROGRAM, PROGRAM, destroy=True)
    for entry in found.snapshots["P"].entries.values():
        entry.needs = []

    assert "project P" == plan(found).steps[-1].label
