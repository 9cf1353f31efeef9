"""Objects that DSS deletes together with those of a plan, compared with the objects that the plan keeps."""

from __future__ import annotations

import pytest
from attrs import evolve

from dssdsl.lang.live import Live

from .drafts import draft, passed, steps

TWO = """
a = FilesystemDataset("A", connection="c", path="/a")
b = FilesystemDataset("B", connection="c", path="/b")
c = Dataset("C", connection="c"{})
PythonRecipe("make", inputs=[a, b], outputs=c, code="1"{})
"""
ONE = TWO.replace("[a, b]", "a").replace(
    'b = FilesystemDataset("B", connection="c", path="/b")', ""
)


def refused(found):
    return [refusal.problem for refusal in found.refusals]


def planned(before, now, **given):
    return passed(draft(before, now, **given))


def test_a_recipe_that_is_saved_without_its_input_first_stays():
    found = planned(TWO.format("", ""), ONE.format("", ""))

    assert [] == refused(found)
    assert {"dataset B": ("delete", "dropped"), "recipe make": ("update", "changed")} == steps(
        found
    )


@pytest.mark.parametrize("options", [{"targets": ("dataset/B",)}, {"excludes": ("recipe/*",)}])
def test_a_recipe_that_the_plan_leaves_out_stays(options):
    found = planned(TWO.format("", ""), ONE.format("", ""), **options)

    assert [
        "DSS deletes recipe make together with dataset B, and the plan leaves it as it is"
    ] == refused(found)


def test_a_recipe_with_retain_on_delete_stays():
    found = planned(TWO.format("", ", retain_on_delete=True"), "")

    assert {
        f"DSS deletes recipe make together with dataset {name}, and it is declared with retain_on_delete"
        for name in "ABC"
    } == set(refused(found))


def test_a_recipe_that_dssdsl_did_not_create_stays():
    found = draft(TWO.format("", ""), "")
    found.snapshots["P"].entries["recipe/make"].origin = "adopted"

    assert 3 == len([text for text in refused(passed(found)) if "dssdsl did not create it" in text])


def test_a_recipe_that_the_plan_deletes_is_no_casualty():
    assert [] == refused(planned(TWO.format("", ""), ""))


@pytest.mark.parametrize("agreed", [False, True])
def test_another_users_recipe_is_deleted_only_with_consent(agreed):
    text = 'FilesystemDataset("A", connection="c", path="/a")'
    found = draft(text, "", delete_unmanaged=agreed)
    head = {"inputs": {"main": {"items": [{"ref": "A"}]}}, "outputs": {}}
    listed = {**found.observed.listed["P"], "recipe": (Live("theirs", "theirs", None, head=head),)}

    found = passed(evolve(found, observed=evolve(found.observed, listed={"P": listed})))

    lost = "DSS deletes recipe theirs together with dataset A, and dssdsl does not manage it"
    assert ([] if agreed else [lost]) == refused(found)


def test_a_retained_resource_keeps_its_project():
    text = 'FilesystemDataset("A", connection="c", path="/a", retain_on_delete=True)'

    found = planned(text, text, destroy=True, delete_unmanaged=True)

    assert ["project P would be deleted with what retain_on_delete keeps: dataset A"] == refused(
        found
    )


def test_a_replace_that_needs_resources_outside_the_plan_is_refused():
    old = TWO.format("", "").replace('"/a")', '"/a", managed=False)')
    new = old.replace("managed=False", "managed=True")

    found = planned(old, new, replaces=("A",), excludes=("recipe/*",))

    assert [
        "dataset A must be replaced, and recipe make, which the plan leaves out, with it"
    ] == refused(found)


IGNORED = 'FilesystemDataset("A", connection="c", path="/a", tags=["gold"], description="orders"{})'


def test_a_newly_ignored_field_is_left_alone_from_then_on():
    now = IGNORED.format(', ignore_changes=["tags", "description"]').replace("gold", "silver")

    found = planned(IGNORED.format(""), now)

    assert {} == steps(found)
    assert [] == found.remarks


BUILD = 'Scenario("S", steps=[Step("build_flowitem", {{"builds": [{{"type": "DATASET", "itemId": "{}"}}]}})])'


@pytest.mark.parametrize(("named", "refusals"), [("B", 1), ("C", 0)])
def test_a_scenario_in_dss_form_may_not_refer_to_a_deleted_object(named, refusals):
    found = planned(
        TWO.format("", "") + BUILD.format(named), ONE.format("", "") + BUILD.format(named)
    )

    assert ["scenario S refers to dataset B, which the plan deletes"][:refusals] == refused(found)
