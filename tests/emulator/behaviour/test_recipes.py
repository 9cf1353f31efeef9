from __future__ import annotations

import json

import pytest

from tests.emulator.test_recipes import raw, visual

from .parts import commits, filled

LATER = ("grouping", "join", "vstack", "window", "topn", "distinct", "sort", "split")


@pytest.mark.parametrize("kind", LATER)
def test_visual_recipes_have_settings_in_their_payload_only(project, kind):
    filled(project, "a", "b")
    virtual = {"virtualInputs": ["a", "b"]} if kind in ("join", "vstack") else {}
    outputs = {"main": {"items": [{"ref": "out"}]}}
    inputs = {"main": {"items": [{"ref": "a"}]}}
    wanted = {"connectionId": "filesystem_managed"}
    recipe = project.create_recipe(
        {"type": kind, "name": "r", "inputs": inputs, "outputs": outputs},
        {"createOutputDataset": True, "outputDatasetSettings": wanted, **virtual},
    )
    settings = recipe.get_settings()
    assert "params" not in settings.get_recipe_raw_definition()
    assert isinstance(settings.data["payload"], str)
    payload = json.loads(settings.data["payload"])
    engines = payload["engineParams"]
    assert engines["hive"]["executionEngine"] == "HIVESERVER2"
    assert engines["sparkSQL"]["executionEngine"] == "SPARK_SUBMIT"
    expected = {
        "grouping": {"globalCount": True, "enlargeYourBits": True, "selectAllColumns": False},
        "join": {"resolvedSelectedColumns": [], "enableAutoCastInJoinConditions": False},
        "vstack": {"mode": "UNION", "originColumnName": "original_dataset"},
        "window": {"ntileValues": "10", "retrievedColumnsSelectionMode": "ALL"},
        "topn": {"firstRows": 1, "lastRows": 0, "keys": [], "duplicateCount": False},
        "distinct": {"keys": [{"column": "k"}, {"column": "v"}], "globalCount": False},
        "sort": {"orders": [], "rank": False, "outputColumnNameOverrides": {}},
        "split": {"defaultOutputIndex": 1, "seed": 1337, "centileOrders": []},
    }[kind]
    assert {key: payload[key] for key in expected} == expected


def test_other_recipes_have_parameters(project):
    filled(project, "a")
    sync = visual(project, "sync", "s", "a", output="s_out").get_settings()
    assert sync.get_recipe_raw_definition()["params"]["schemaMode"] == "STRICT_SYNC"
    sampling = visual(project, "sampling", "p", "a", output="p_out").get_settings()
    selection = sampling.get_recipe_raw_definition()["params"]["selection"]
    assert (selection["samplingMethod"], selection["targetRatio"]) == ("FULL", 0.02)
    assert json.loads(sampling.data["payload"]) == {"distinct": False, "enabled": False}
    prepare = visual(project, "prepare", "q", "a", output="q_out").get_settings()
    script = json.loads(prepare.data["payload"])
    assert script["steps"] == []
    assert script["explorationSampling"]["selection"]["maxRecords"] == 10000


def test_the_definition_of_a_new_code_recipe(project):
    filled(project, "a", "b")
    builder = project.new_recipe("python", "r").with_input("a").with_output("b")
    head = builder.create().get_settings().get_recipe_raw_definition()
    assert head["params"] == {
        "envSelection": {"envMode": "INHERIT"},
        "containerSelection": {"containerMode": "INHERIT"},
        "skipPrerunValidate": False,
    }
    assert head["hashPropagationBehavior"] == "INHERIT"
    assert head["maxRunningActivities"] == 0
    assert (head["labels"], head["dkuProperties"], head["variables"]) == ([], [], {})


def test_inputs_keep_their_order_and_empty_roles_are_dropped(project):
    filled(project, "a", "b", "c", "out")
    recipe = raw(project, "r", "vstack", ["c", "a", "b"], ["out"], "{}")
    settings = recipe.get_settings()
    assert settings.get_flat_input_refs() == ["c", "a", "b"]
    settings.get_recipe_raw_definition()["outputs"]["other"] = {"items": []}
    settings.get_recipe_raw_definition()["inputs"]["main"]["items"][0]["nonsense"] = 1
    settings.save()
    head = recipe.get_settings().get_recipe_raw_definition()
    assert [*head["outputs"]] == ["main"]
    assert head["inputs"]["main"]["items"][0] == {"ref": "c", "deps": []}


def test_several_inputs_need_different_roles_or_indexes(project, client):
    filled(project, "a", "b", "out")
    prototype = {
        "type": "join",
        "name": "j",
        "inputs": {},
        "outputs": {"main": {"items": [{"ref": "out"}]}},
    }
    body = {"recipePrototype": prototype, "creationSettings": {}}
    client._perform_json("POST", "/projects/SALES/recipes/", body=body)
    made = client._perform_json("GET", "/projects/SALES/recipes/j")
    assert made["recipe"]["inputs"] == {}
    assert not made.get("payload")


def test_a_recipe_and_its_output_move_together(project):
    filled(project, "a")
    zone = project.get_flow().create_zone("z")
    project.get_dataset("a").move_to_zone(zone.id)
    before = commits(project)
    visual(project, "sync", "s", "a")
    assert commits(project) == before + 1
    assert project.get_dataset("out").get_zone().id == "default"
    project.get_recipe("s").move_to_zone(zone.id)
    assert project.get_dataset("out").get_zone().id == zone.id


def test_renaming_and_deleting_a_recipe_leave_datasets_alone(project, folder):
    filled(project, "a", "b")
    raw(project, "r", "python", ["a"], ["b"], "x = 1\n")
    before = folder("datasets/b.json")
    project.get_recipe("r").rename("s")
    assert folder("recipes/s.py") == "x = 1\n"
    project.get_recipe("s").delete()
    assert folder("datasets/b.json") == before
    zone = project.get_flow().get_default_zone()
    assert zone._raw["items"] == []
