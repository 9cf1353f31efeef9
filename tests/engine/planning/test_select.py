"""Which resources a plan is about."""

from __future__ import annotations

from .drafts import draft, passed

PROGRAM = """
a = FilesystemDataset("A", connection="c", path="/a")
b = Dataset("B", connection="c")
SyncRecipe("copy", inputs=a, outputs=b)
"""


def chosen(**options):
    found = passed(draft("", PROGRAM, **options), "select")
    return {key.label for key in found.selected}, [str(e.problem) for e in found.refusals]


def test_without_options_all_are_selected():
    assert {"project P", "dataset A", "dataset B", "recipe copy"} == chosen()[0]


def test_a_target_includes_missing_resources_that_it_needs():
    assert {"recipe copy", "dataset A", "dataset B"} == chosen(targets=("recipe/*",))[0]


def test_a_target_does_not_change_existing_resources_that_it_needs():
    found = passed(draft(PROGRAM, PROGRAM, targets=("recipe/*",)), "select")

    assert {"recipe copy"} == {key.label for key in found.selected}


def test_excluded_resources_are_left_out():
    assert {"project P", "recipe copy"} == chosen(excludes=("dataset/*",))[0]


def test_dropped_resources_can_be_targets():
    found = passed(draft(PROGRAM, "", targets=("B",)), "select")

    assert {"dataset B"} == {key.label for key in found.selected}


def test_a_glob_that_matches_nothing_is_refused_with_the_nearest_name():
    names, problems = chosen(targets=("dataset/C",))

    assert set() == names
    assert ['--target "dataset/C" matches no resource'] == problems
