"""What a step may do only if the user agrees."""

from __future__ import annotations

import pytest

from .drafts import draft, passed, steps

A = 'FilesystemDataset("A", connection="c", path="/a"{})'
MOVED = A.replace("/a", "/b")


def planned(before, now, **given):
    return passed(draft(before, now, **given), "plan_declared")


def test_data_that_would_stay_behind_is_agreed_to():
    found = planned(A.format(""), MOVED.format(""))
    assert 'path: "/a" → "/b" points it to a new location' in found.refusals[0].problem
    assert {"dataset A": ("move", "changed")} == steps(found)  # which the refused plan shows

    found = planned(A.format(""), MOVED.format(""), moves=("A",))
    assert not found.refusals
    assert {"dataset A": ("move", "changed")} == steps(found)
    assert ["data_stays_at"] == [r.topic.value for r in found.steps["P/dataset/A"].remarks]


TYPES = (
    'SQLDataset("A", connection="c", table="t"{})',
    'SQLDataset("A", connection="c", table="t", managed=True{})',
)


@pytest.mark.parametrize("glob", ["A", "dataset/*", "P/dataset/A"])
def test_data_that_would_be_lost_is_agreed_to(glob):
    old, new = (text.format("") for text in TYPES)

    found = planned(old, new)
    assert "is fixed at creation" in found.refusals[0].problem

    found = planned(old, new, replaces=(glob,))
    assert not found.refusals
    assert {"dataset A": ("replace", "changed")} == steps(found)


def test_protected_resources_are_not_replaced_even_with_consent():
    old, new = (text.format(", protect=True") for text in TYPES)

    found = planned(old, new, replaces=("A",))

    assert "and it is protected" in found.refusals[0].problem


def test_adopted_objects_are_not_replaced_without_consent():
    old, new = (text.format("") for text in TYPES)

    found = planned(old, new, origin="adopted")

    assert "it existed before dssdsl managed it" in found.refusals[0].problem
