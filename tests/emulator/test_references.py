"""Deletes cascade, and renames reach all references."""

from __future__ import annotations

import pytest

from .test_datasets import managed
from .test_recipes import raw, visual


@pytest.fixture
def flow(project):
    """``a`` → python → ``b`` → join with ``c`` → ``d``, a scenario that builds, and a zone."""
    for name in "abcd":
        managed(project, name)
    raw(project, "code", "python", ["a"], ["b"], "dataiku.Dataset('a')\nx = \"a\"\n# a")
    raw(project, "both", "join", ["b", "c"], ["d"], '{"virtualInputs": [{"originLabel": "b"}]}')
    steps = [
        {
            "id": "build",
            "type": "build_flowitem",
            "name": "build",
            "params": {"builds": [{"type": "DATASET", "itemId": name} for name in "bd"]},
        }
    ]
    project.create_scenario("nightly", "step_based", {"params": {"steps": steps}})
    return project


def builds(project):
    steps = project.get_scenario("nightly").get_settings().raw_steps
    return [each["itemId"] for each in steps[0]["params"]["builds"]]


def test_a_rename_reaches_recipes_code_scenarios_zones_and_rights(flow):
    zone = flow.get_flow().create_zone("z")
    zone.add_item(flow.get_dataset("b"))
    settings = flow.get_settings()
    settings.add_exposed_object("DATASET", "b", "OTHER")
    settings.save()
    before = flow.get_dataset("b").get_settings().get_raw()["params"]
    flow.get_dataset("a").rename("first")
    flow.get_dataset("b").rename("second")

    code = flow.get_recipe("code").get_settings()
    assert code.get_flat_input_refs() == ["first"]
    assert code.get_flat_output_refs() == ["second"]
    assert code.get_code() == "dataiku.Dataset('first')\nx = \"a\"\n# a"
    join = flow.get_recipe("both").get_settings()
    assert join.get_flat_input_refs() == ["second", "c"]
    assert join.obj_payload["virtualInputs"][0]["originLabel"] == "second"
    assert builds(flow) == ["second", "d"]
    items = flow.get_flow().get_zone(zone.id)._raw["items"]
    assert {"objectId": "second", "objectType": "DATASET"} in items
    assert flow.get_settings().get_raw()["exposedObjects"]["objects"][0]["localName"] == "second"
    assert flow.get_dataset("second").get_settings().get_raw()["params"] == before


def test_a_rename_is_one_commit(flow, messages):
    flow.get_dataset("a").rename("first")
    assert messages()[0] == "Renamed dataset SALES.a to SALES.first"
    assert messages()[1] == "Created scenario SALES.nightly"


def test_a_deleted_dataset_deletes_its_recipes(flow, messages):
    zone = flow.get_flow().create_zone("z")
    zone.add_item(flow.get_dataset("b"))
    flow.get_dataset("b").delete()

    assert flow.list_recipes() == []
    assert sorted(each["name"] for each in flow.list_datasets()) == ["a", "c", "d"]
    assert builds(flow) == ["d"]
    assert flow.get_flow().get_zone(zone.id)._raw["items"] == []
    assert messages()[0] == "Deleted dataset SALES.b"


def test_a_deleted_folder_deletes_its_recipes(flow):
    folder = flow.create_managed_folder("files")
    raw(flow, "list", "list_folder_contents", [folder.id], ["c"])
    folder.delete()
    assert "list" not in [each["name"] for each in flow.list_recipes()]
    assert flow.get_dataset("c").exists()


def test_a_deleted_model_deletes_its_scoring_recipes(flow):
    model = flow.create_mlflow_pyfunc_model("m", "REGRESSION")
    inputs = {"main": {"items": [{"ref": "c"}]}, "model": {"items": [{"ref": model.id}]}}
    raw(flow, "score", "prediction_scoring", [], ["d"], inputs=inputs)
    model.delete()
    assert "score" not in [each["name"] for each in flow.list_recipes()]
    assert flow.list_saved_models() == []


def test_a_failed_request_changes_nothing(flow, client, dss):
    before = flow.get_dataset("a").get_settings().get_raw()
    with pytest.raises(Exception, match="NullPointer"):
        client._perform_json("PUT", "/projects/SALES/datasets/a", body={**before, "type": None})
    assert flow.get_dataset("a").get_settings().get_raw() == before
    assert visual(flow, "sync", "s", "a", output="e")
