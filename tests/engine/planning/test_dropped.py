"""What happens to what the program does not declare any more."""

from __future__ import annotations

import pytest

from .drafts import draft, passed, steps

A = 'FilesystemDataset("A", connection="c", path="/a"{})'


def planned(extra="", **given):
    return passed(draft(A.format(extra), "", **given), "plan_dropped")


def topics(found):
    return [remark.topic.value for remark in found.steps["P/dataset/A"].remarks]


def test_it_is_deleted_and_its_data_stays():
    found = planned()

    assert {"dataset A": ("delete", "dropped")} == steps(found)
    assert ["data_kept"] == topics(found)
    assert not found.steps["P/dataset/A"].drop_data


def test_the_data_of_a_source_always_stays():
    found = planned(delete_data=True)

    assert ["data_kept"] == topics(found)
    assert not found.steps["P/dataset/A"].drop_data


def test_its_data_is_deleted_with_consent():
    found = planned(", managed=True", delete_data=True)

    assert ["data_deleted"] == topics(found)
    assert found.steps["P/dataset/A"].drop_data


@pytest.mark.parametrize(
    ("extra", "given", "step"),
    [
        (", retain_on_delete=True", {}, ("forget", "retained")),
        ("", {"origin": "adopted"}, ("forget", "adopted_stays")),
        ("", {"origin": "adopted", "delete_adopted": True}, ("delete", "dropped")),
        ("", {"edits": [("P/dataset/A", None)]}, ("forget", "already_gone")),
    ],
)
def test_what_stays_is_forgotten(extra, given, step):
    assert {"dataset A": step} == steps(planned(extra, **given))


def test_deleting_a_protected_resource_is_refused():
    found = planned(", protect=True")
    assert "is protected, and the program does not declare it any more" in found.refusals[0].problem
    assert {} == steps(found)

    found = draft(A.format(""), "")
    found.snapshots["P"].entries["dataset/A"].protected_in_state = True
    passed(found, "plan_dropped")
    assert "is protected in the state" in found.refusals[0].problem


def test_dropped_values_of_variables_are_removed():
    text = 'ProjectVariables(standard={"a": 1})'

    found = passed(draft(text, ""), "plan_dropped")

    assert {"variables": ("delete", "dropped")} == steps(found)
    assert ["/standard/a"] == [c.pointer for c in found.steps["P/variables/"].changes]
