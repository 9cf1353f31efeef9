"""What happens to what the program declares."""

from __future__ import annotations

import pytest

from .drafts import draft, passed, steps

A = 'FilesystemDataset("A", connection="c", path="/a", columns={"day": "date"})'


def planned(before, now, **given):
    return passed(draft(before, now, **given), "plan_declared")


def test_what_equals_the_program_is_kept():
    found = planned(A, A)

    assert {} == steps(found)
    assert {"P", "P/dataset/A"} == set(found.kept)
    assert 2 == found.unchanged


def test_what_is_new_is_created_and_what_is_gone_again():
    found = planned("", A)
    assert {"dataset A": ("create", "new")} == steps(found)

    found = planned(A, A, edits=[("P/dataset/A", None)])
    assert {"dataset A": ("create", "gone")} == steps(found)


def test_what_differs_is_updated():
    found = planned(A, A.replace("date", "string"))

    (step,) = found.steps.values()
    assert ("update", "changed", "columns") == (step.action, step.cause, step.changes[0].field)


def test_what_only_exists_is_adopted_if_it_is_equal():
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
def test_what_only_exists_and_differs_needs_a_consent(extra, options, problem):
    found = draft(A, A.replace('"date"}', '"string"}' + extra), **options)
    found.snapshots["P"].entries.pop("dataset/A")

    passed(found, "plan_declared")

    if problem is None:
        assert {"dataset A": ("adopt", "changed")} == steps(found)
    else:
        assert {"dataset A": ("adopt", "changed")} == steps(found)  # which the refused plan shows
        assert problem in found.refusals[0].problem


def test_what_was_cut_off_is_written_again():
    found = draft(A, A)
    found.snapshots["P"].entries["dataset/A"].incomplete = True

    passed(found, "plan_declared")

    assert {"dataset A": ("update", "incomplete")} == steps(found)


def test_what_is_not_selected_keeps_its_entry():
    found = planned(A, A.replace("date", "string"), targets=("project",), excludes=("dataset/*",))

    assert "P/dataset/A" not in found.steps
    assert found.kept["P/dataset/A"] is found.entry(
        next(k for k in found.kept if k.kind == "dataset")
    )


def test_what_must_be_adopted_must_exist():
    found = planned("", A.replace(")", ", adopt=True)"))

    assert "is to be adopted, and DSS does not have it" in found.refusals[0].problem
