"""Resources with another name."""

from __future__ import annotations

import pytest

from dssdsl.cli.sentences import remark
from dssdsl.errors import ProgramErrors
from dssdsl.plan.steps import Action

from .programs import BASE, document, problems, told


def test_a_renamed_dataset_keeps_its_data_and_recipes(world):
    """
    DSS rewrites what refers to a dataset that is renamed; nothing else is written, nothing is deleted.
    """
    world.write(BASE)
    world.up()
    path = document(world, "datasets/clean.json")["params"]["path"]
    renamed = BASE.replace('Dataset("clean"', 'Dataset("cleaned", renamed_from="clean"')
    world.write(renamed)

    plan = world.preview()
    world.dss.clear_requests()
    world.up()

    assert [("rename", "dataset cleaned")] == told(plan)
    assert 1 == sum("renameDataset" in r.path for r in world.dss.writes())
    assert not [r for r in world.dss.writes() if r.method == "DELETE"]
    assert path == document(world, "datasets/cleaned.json")["params"]["path"]
    assert "cleaned" == document(world, "recipes/count.json")["inputs"]["main"]["items"][0]["ref"]
    assert not world.preview()
    world.write(renamed.replace(', renamed_from="clean"', ""))
    assert not world.preview()


def test_a_rename_is_refused_if_code_uses_the_old_name(world):
    """
    Code that still says the old name would break, so the plan says where it does.
    """
    world.write(BASE)
    world.up()
    world.write(
        BASE.replace('FilesystemDataset("raw"', 'FilesystemDataset("orders", renamed_from="raw"')
    )

    with pytest.raises(ProgramErrors) as refused:
        world.preview()

    assert ['recipe make_clean: its code names "raw", which is renamed to "orders"'] == problems(
        refused.value
    )


def test_a_renamed_recipe_folder_and_zone_keep_their_ids(world):
    """
    What has an id of its own keeps it when it gets another name.
    """
    more = (
        BASE
        + 'folder = ManagedFolder("letters")\nzone = FlowZone("Out")\nexport("ids", [folder.id, zone.id])\n'
        + 'PythonRecipe("write", inputs=per_day, outputs=folder, code="x = 1")\n'
    )
    world.write(more)
    ids = world.up().outputs
    world.write(
        more.replace('ManagedFolder("letters"', 'ManagedFolder("post", renamed_from="letters"')
        .replace('FlowZone("Out"', 'FlowZone("Reports", renamed_from="Out"')
        .replace('GroupingRecipe("count"', 'GroupingRecipe("count_days", renamed_from="count"')
    )

    plan = world.preview()
    deployment = world.up()

    assert {"managed folder post", "zone Reports", "recipe count_days"} == {
        s.label for s in plan.steps
    }
    assert {Action.RENAME} == {s.action for s in plan.steps}
    assert ids == deployment.outputs
    assert not world.preview()


def test_a_similar_delete_and_creation_are_reported_as_a_likely_rename(world):
    """
    Who forgets renamed_from is shown the line to add.
    """
    world.write(BASE)
    world.up()
    world.write(
        BASE.replace('Scenario("NIGHTLY"', "#")
        .replace('"per_day"', '"by_day"')
        .replace('"count"', '"count2"')
    )

    plan = world.preview()

    assert any('add renamed_from="per_day"' in remark(r) for r in plan.remarks)
