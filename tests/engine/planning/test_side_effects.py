"""What the steps bring with them."""

from __future__ import annotations

import pytest
from attrs import evolve

from dssdsl.lang.live import Live

from .drafts import draft, passed, steps

OLD = """
a = SQLDataset("A", connection="c", table="t")
b = Dataset("B", connection="c")
SyncRecipe("copy", inputs=a, outputs=b)
"""
NEW = OLD.replace('table="t"', 'table="t", managed=True')


def theirs(found):
    """Add a recipe that nobody here manages and that reads A."""
    head = {"inputs": {"main": {"items": [{"ref": "A"}]}}, "outputs": {}}
    listed = dict(found.observed.listed["P"])
    listed["recipe"] = (*listed.get("recipe", ()), Live("theirs", "theirs", None, head=head))
    return evolve(found, observed=evolve(found.observed, listed={"P": listed}))


def test_the_recipes_of_a_replaced_dataset_are_created_again():
    found = passed(draft(OLD, NEW, replaces=("A",)), "carry_on_replaces")

    assert {
        "dataset A": ("replace", "changed"),
        "recipe copy": ("replace", "follows"),
    } == steps(found)
    assert "P/dataset/A" == found.steps["P/recipe/copy"].because_of


def test_another_users_recipe_is_not_deleted_with_a_dataset():
    found = passed(theirs(draft(OLD, NEW, replaces=("A",))), "carry_on_replaces")

    assert [
        "dataset A must be replaced, and DSS would delete recipe theirs with it, which dssdsl does not manage"
    ] == [refusal.problem for refusal in found.refusals]


def test_a_delete_says_which_recipes_of_others_go():
    found = passed(theirs(draft(OLD, "")), "plan_dropped")

    assert ("theirs",) == next(
        r.names for r in found.steps["P/dataset/A"].remarks if r.topic == "deletes_recipes"
    )


def test_the_resources_of_a_deleted_project_are_deleted_with_it():
    found = passed(draft(OLD, OLD, destroy=True), "fold_projects")

    assert {
        "project P": ("delete", "destroyed"),
        "dataset A": ("delete", "with_project"),
        "dataset B": ("delete", "with_project"),
        "recipe copy": ("delete", "with_project"),
    } == steps(found)
    assert "history_deleted" in [r.topic for r in found.steps["P"].remarks]


def test_a_project_with_unmanaged_objects_is_not_deleted_without_consent():
    found = draft(OLD, OLD, destroy=True)
    found = evolve(found, observed=evolve(found.observed, unmanaged={"P": ("wiki page 1",)}))
    agreed = evolve(
        found, options=evolve(found.options, delete_unmanaged=True), steps={}, refusals=[]
    )

    assert "wiki page 1" in passed(found).refusals[0].problem
    assert [] == passed(agreed).refusals


VALUES = 'ProjectVariables(standard={"x": 1})\n'
LEFT_OUT = "project P would be deleted with what the plan leaves out: "


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({"excludes": ("B",)}, "dataset B"),
        ({"excludes": ("P/dataset/B",)}, "dataset B"),
        ({"excludes": ("recipe/copy",)}, "recipe copy"),
        ({"excludes": ("variables/*",)}, "variables"),
        ({"targets": ("P",)}, "dataset A, dataset B, recipe copy, variables"),
        ({"targets": ("P", "dataset/*")}, "recipe copy, variables"),
    ],
)
@pytest.mark.parametrize("dropped", [False, True])
@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize("origin", ["created", "adopted"])
def test_a_project_is_not_deleted_with_what_the_plan_leaves_out(
    options, left, dropped, agreed, origin
):
    def recorded(entries):
        for local, entry in entries.items():
            entry.origin = "created" if local == "project/P" else origin

    given = {**options, "delete_unmanaged": agreed, "delete_adopted": agreed, "recorded": recorded}
    if not dropped:
        found = draft(OLD + VALUES, OLD + VALUES, destroy=True, **given)
    else:
        found = draft(OLD + VALUES, "", **given)
        resources = {k: r for k, r in found.graph.resources.items() if k != "P"}
        found = evolve(found, graph=evolve(found.graph, resources=resources))

    refused = [r.problem for r in passed(found, "fold_projects").refusals]

    assert LEFT_OUT + left in refused


def test_what_is_gone_already_does_not_keep_its_project():
    gone = [("P/dataset/B", None)]

    found = passed(draft(OLD, OLD, edits=gone, destroy=True, excludes=("B", "copy")))

    assert [LEFT_OUT + "recipe copy"] == [r.problem for r in found.refusals]


def test_a_project_that_is_left_out_keeps_none_of_the_programs_variables():
    found = passed(draft(OLD + VALUES, OLD + VALUES, destroy=True, excludes=("P",)))

    assert ("delete", "destroyed") == steps(found)["dataset A"]
    assert ("delete", "dropped") == steps(found)["variables"]


def test_a_deleted_object_leaves_its_zone():
    zoned = 'with FlowZone("Z"):\n    FilesystemDataset("A", connection="c", path="/a")\n'
    empty = 'FlowZone("Z")\n'

    before = passed(draft(zoned, empty), "fold_projects")
    after = passed(draft(zoned, empty), "drop_moot")

    assert "zone Z" in steps(before)
    assert {"dataset A": ("delete", "dropped")} == steps(after)


def test_a_delete_and_a_creation_alike_look_like_a_rename():
    one = 'FilesystemDataset("A", connection="c", path="/a")'

    found = passed(draft(one, one.replace('"A"', '"B"')))
    other = passed(draft(one, one.replace('"A"', '"B"').replace("/a", "/b")))

    (remark,) = found.remarks
    assert ("likely_rename", ("dataset A", "A"), "P/dataset/B") == (
        remark.topic, remark.names, remark.about
    )  # fmt: skip
    assert [] == other.remarks


def test_each_delete_looks_like_one_creation():
    def many(letter):
        lines = (f'FilesystemDataset("{letter}{n}", connection="c", path="/a")' for n in range(500))
        return "\n".join(lines)

    found = passed(draft(many("A"), many("B")))

    pairs = {
        (r.names[0].removeprefix("dataset A"), r.about.removeprefix("P/dataset/B"))
        for r in found.remarks
    }
    assert {(str(n), str(n)) for n in range(500)} == pairs


def test_a_former_name_that_this_stack_never_had_is_pointed_out():
    old = 'FilesystemDataset("A", connection="c", path="/a")'
    new = 'FilesystemDataset("C", connection="c", path="/c", renamed_from="B")'

    (remark,) = passed(draft(old, new)).remarks

    assert ("likely_rename", ("dataset A", "A", "B")) == (remark.topic, remark.names)
