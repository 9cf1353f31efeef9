"""What happens to what the program declares."""

from __future__ import annotations

import pytest

from .drafts import draft, passed, steps

A = 'FilesystemDataset("A", connection="c", path="/a", columns={"day": "date"})'


def planned(before, now, **given):
    return passed(draft(before, now, **given), "plan_declared")


def test_an_object_equal_to_the_program_is_kept():
    found = planned(A, A)

    assert {} == steps(found)
    assert {"P", "P/dataset/A"} == set(found.kept)
    assert 2 == found.unchanged


def test_new_and_deleted_resources_are_created():
    found = planned("", A)
    assert {"dataset A": ("create", "new")} == steps(found)

    found = planned(A, A, edits=[("P/dataset/A", None)])
    assert {"dataset A": ("create", "gone")} == steps(found)


def test_a_different_object_is_updated():
    found = planned(A, A.replace("date", "string"))

    (step,) = found.steps.values()
    assert ("update", "changed", "columns") == (step.action, step.cause, step.changes[0].field)


def test_an_existing_object_is_adopted_if_it_is_equal():
    found = draft(A, A)
    found.snapshots["P"].entries.pop("dataset/A")

    passed(found, "plan_declared")

    assert {"dataset A": ("adopt", "equal")} == steps(found)


@pytest.mark.parametrize(
    ("extra", "options", "problem"),
    [
        ("", {}, "it exists in DSS already and differs"),
        (", adopt=False", {"adopt": True}, "adopt=False forbids to adopt it"),
        ("", {"adopt": True}, None),
        (", adopt=True", {}, None),
    ],
)
def test_adopting_an_object_that_differs_needs_consent(extra, options, problem):
    found = draft(A, A.replace('"date"}', '"string"}' + extra), **options)
    found.snapshots["P"].entries.pop("dataset/A")

    passed(found, "plan_declared")

    if problem is None:
        assert {"dataset A": ("adopt", "changed")} == steps(found)
    else:
        assert {"dataset A": ("adopt", "changed")} == steps(found)  # which the refused plan shows
        assert problem in found.refusals[0].problem


def test_interrupted_writes_are_repeated():
    found = draft(A, A)
    found.snapshots["P"].entries["dataset/A"].incomplete = True

    passed(found, "plan_declared")

    assert {"dataset A": ("update", "incomplete")} == steps(found)


def test_resources_outside_the_targets_keep_their_entries():
    found = planned(A, A.replace("date", "string"), targets=("project",), excludes=("dataset/*",))

    assert "P/dataset/A" not in found.steps
    assert found.kept["P/dataset/A"] is found.entry(
        next(k for k in found.kept if k.kind == "dataset")
    )


def test_an_object_to_adopt_must_exist():
    found = planned("", A.replace(")", ", adopt=True)"))

    assert "is to be adopted, and DSS does not have it" in found.refusals[0].problem
