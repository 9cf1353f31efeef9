"""What names a resource: its parts, how it is written and read, and who it matches."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dssdsl.lang.keys import Key, projects_of

PROJECTS = st.text("ABC_1", min_size=1)
KINDS = st.sampled_from(["dataset", "recipe", "library_file", "managed_folder", "zone"])
NAMES = st.text("ab/._ ", min_size=1)
KEYS = st.builds(Key, PROJECTS, KINDS, NAMES) | st.builds(Key.of_project, PROJECTS)


@given(KEYS)
def test_a_key_is_read_back_as_it_is_written(key):
    for again in (
        Key.parse(key),
        Key.within(key.project, key.local),
        pickle.loads(pickle.dumps(key)),
        copy.deepcopy(key),
    ):
        assert (key, key.project, key.kind, key.name) == (
            again, again.project, again.kind, again.name
        )  # fmt: skip


@given(KEYS, PROJECTS)
def test_a_reference_from_another_project_has_the_same_key(key, project):
    assert key == Key.within(project, key.seen_from(project))


def test_a_key_is_text():
    key = Key("SALES", "managed_folder", "exports")

    assert key == "SALES/managed_folder/exports"
    assert json.loads(json.dumps({key: key})) == {key: key}
    assert ("managed_folder/exports", "managed folder exports") == (key.local, key.label)
    assert "SALES" == Key.of_project("SALES") == Key.parse("SALES")
    assert "variables" == Key("SALES", "variables", "").label
    assert ["A", "B"] == projects_of(
        [Key("B", "zone", "x"), Key.of_project("A"), Key("A", "zone", "y")]
    )


@pytest.mark.parametrize("text", ["", "dataset", "/", "//x"])
def test_text_that_is_not_a_key_is_refused(text):
    with pytest.raises(ValueError, match="is not a key"):
        Key.within("SALES", text)


@pytest.mark.parametrize(
    ("glob", "hits"),
    [
        ("SALES/dataset/ORDERS", True),
        ("dataset/*", True),
        ("ORD*", True),
        ("dataset ORDERS", True),
        ("orders", False),
        ("recipe/*", False),
    ],
)
def test_a_glob_may_name_a_key_in_each_of_its_forms(glob, hits):
    assert hits is Key("SALES", "dataset", "ORDERS").matches([glob])
