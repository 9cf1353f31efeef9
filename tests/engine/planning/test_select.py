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


def test_a_target_brings_what_it_needs_and_is_not_there():
    assert {"recipe copy", "dataset A", "dataset B"} == chosen(targets=("recipe/*",))[0]


def test_a_target_leaves_alone_what_exists():
    found = passed(draft(PROGRAM, PROGRAM, targets=("recipe/*",)), "select")

    assert {"recipe copy"} == {key.label for key in found.selected}


def test_what_is_excluded_is_left_out():
    assert {"project P", "recipe copy"} == chosen(excludes=("dataset/*",))[0]


def test_what_was_deployed_and_dropped_can_be_named():
    found = passed(draft(PROGRAM, "", targets=("B",)), "select")

    assert {"dataset B"} == {key.label for key in found.selected}


def test_a_glob_that_matches_nothing_is_refused_with_the_nearest_name():
    names, problems = chosen(targets=("dataset/C",))

    assert set() == names
    assert ['--target "dataset/C" matches no resource'] == problems
