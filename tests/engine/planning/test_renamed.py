"""Resources that have another name: in the program, or in DSS."""

from __future__ import annotations

from .drafts import draft, passed, steps

A = 'FilesystemDataset("A", connection="c", path="/a")'
B = 'FilesystemDataset("B", connection="c", path="/a", renamed_from="A")'


def test_a_rename_is_one_step():
    found = passed(draft(A, B), "plan_dropped")

    (step,) = found.steps.values()
    assert ("rename", "renamed", "A", "dataset B") == (
        step.action,
        step.cause,
        step.old,
        step.label,
    )
    assert [] == found.refusals


def test_an_object_with_the_new_name_is_found_by_it():
    def recorded(entries):
        entries["dataset/A"] = entries.pop("dataset/B")

    found = draft(B.replace(', renamed_from="A"', ""), B, recorded=recorded)

    passed(found, "plan_dropped")

    assert {"dataset A": ("forget", "renamed_already")} == steps(found)


def test_unmanaged_objects_are_not_renamed_without_consent():
    found = draft(A, B, recorded=lambda entries: entries.pop("dataset/A"))

    passed(found, "plan_declared")

    assert "was not deployed by this program" in found.refusals[0].problem


def test_a_resource_that_exists_under_neither_name_is_created():
    found = passed(draft(A, B, edits=[("P/dataset/A", None)]), "plan_dropped")

    assert {"dataset B": ("create", "new"), "dataset A": ("forget", "already_gone")} == steps(found)
