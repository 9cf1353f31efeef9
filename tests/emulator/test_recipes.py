"""Recipes: creation, payloads, updates, output schemas."""

from __future__ import annotations

import json

import pytest
from dataikuapi.utils import DataikuException

from .test_datasets import managed

ORDERS = [
    {"name": "id", "type": "bigint"},
    {"name": "customer", "type": "string"},
    {"name": "amount", "type": "double"},
]
CUSTOMERS = [{"name": "customer", "type": "string"}, {"name": "country", "type": "string"}]


@pytest.fixture
def flow(project):
    """Put two datasets with columns into the project."""
    for name, columns in (("orders", ORDERS), ("customers", CUSTOMERS)):
        managed(project, name).set_schema({"columns": columns, "userModified": True})
    return project


def visual(project, type, name, *inputs, output="out", **options):
    builder = project.new_recipe(type, name)
    for each in inputs:
        builder.with_input(each)
    builder.with_new_output(output, "filesystem_managed")
    for option, value in options.items():
        getattr(builder, option)(value)
    return builder.create()


def raw(project, name, type, reads, writes, payload=None, **head):
    prototype = {
        "type": type,
        "name": name,
        "inputs": {"main": {"items": [{"ref": ref} for ref in reads]}},
        "outputs": {"main": {"items": [{"ref": ref} for ref in writes]}},
        **head,
    }
    return project.create_recipe(prototype, {"rawCreation": True, "rawPayload": payload})


def schema_of(recipe, output="out"):
    recipe.compute_schema_updates().apply()
    columns = recipe.client.get_project("SALES").get_dataset(output).get_schema()["columns"]
    return {each["name"]: each["type"] for each in columns}


def test_raw_recipes_are_stored_as_sent(project, folder):
    raw(project, "r", "python", ["in"], ["out"], "print(1)", tags=["b", "a"])
    settings = project.get_recipe("r").get_settings()
    document = settings.get_recipe_raw_definition()

    assert settings.get_code() == "print(1)"
    assert document["tags"] == ["a", "b"]
    assert document["params"]["envSelection"] == {"envMode": "INHERIT"}
    assert document["inputs"] == {"main": {"items": [{"ref": "in", "deps": []}]}}
    assert document["outputs"] == {"main": {"items": [{"ref": "out", "appendMode": False}]}}
    assert document["versionTag"]["versionNumber"] == 0
    assert folder("recipes/r.py") == "print(1)"
    assert '"versionTag"' not in folder("recipes/r.json")


def test_a_missing_recipe_is_an_empty_document(project, client):
    assert client._perform_json("GET", "/projects/SALES/recipes/gone") == {}
    with pytest.raises(DataikuException, match="recipe does not exist"):
        project.get_recipe("gone").delete()


def test_missing_outputs(flow):
    builder = flow.new_recipe("python", "r").with_input("orders").with_output("out")
    with pytest.raises(DataikuException, match="Need to create output dataset or folder"):
        builder.create()
    with pytest.raises(DataikuException, match=r"dataset does not exist: SALES\.gone"):
        visual(flow, "sync", "s", "gone")


def test_a_recipe_and_its_output_are_one_commit(flow, messages):
    visual(flow, "sync", "s", "orders")
    assert messages()[0] == "Created sync recipe: SALES.s"
    assert flow.get_dataset("out").exists()


def test_code_without_a_script_has_no_payload(flow, client):
    managed(flow, "out")
    flow.new_recipe("python", "r").with_input("orders").with_output("out").create()
    assert "payload" not in client._perform_json("GET", "/projects/SALES/recipes/r")


def test_payloads_of_new_recipes(flow):
    grouping = visual(flow, "grouping", "g", "orders", output="g_out", with_group_key="customer")
    payload = grouping.get_settings().obj_payload
    assert payload["keys"] == [{"column": "customer"}]
    assert [each["column"] for each in payload["values"]] == ["id", "amount"]
    assert not any(payload["values"][0][flag] for flag in ("sum", "avg", "count"))
    join = visual(flow, "join", "j", "orders", "customers", output="j_out")
    settings = join.get_settings()
    assert settings.get_flat_input_refs() == ["orders", "customers"]
    assert settings.obj_payload["joins"][0]["on"][0]["column1"] == {"name": "customer", "table": 0}
    assert "params" not in settings.get_recipe_raw_definition()
    prepare = visual(flow, "prepare", "p", "orders", output="p_out")
    assert prepare.get_settings().raw_steps == []


def test_unknown_values_are_dropped(project):
    recipe = raw(project, "r", "python", [], [], "", params={"envSelection": {"envMode": "MINE"}})
    document = recipe.get_settings().get_recipe_raw_definition()
    assert document["params"]["envSelection"] == {}
    assert "nonsense" not in document


def test_payloads_are_formatted_by_dss_and_code_is_not(flow):
    sort = visual(flow, "sort", "s", "orders")
    settings = sort.get_settings()
    settings.set_payload(json.dumps({"orders": [{"column": "a<b"}]}))
    settings.save()
    text = sort.get_settings().get_payload()
    assert text == '{\n  "orders": [\n    {\n      "column": "a\\u003cb"\n    }\n  ]\n}'
    sort.get_settings().save()
    assert sort.get_settings().get_payload() == text
    code = raw(flow, "c", "python", ["orders"], [], "x  =  1\r\n")
    code.get_settings().save()
    assert code.get_settings().get_payload() == "x  =  1\r\n"


def test_the_list_has_no_payloads(flow):
    raw(flow, "r", "python", ["orders"], ["customers"], "print(1)")
    (item,) = flow.list_recipes()
    assert item["inputs"]["main"]["items"][0]["ref"] == "orders"
    assert "versionTag" in item
    assert "payload" not in item


def test_renaming_a_recipe(flow, folder, messages):
    raw(flow, "r", "python", ["orders"], [], "print(1)").rename("better")
    assert [each["name"] for each in flow.list_recipes()] == ["better"]
    assert folder("recipes/better.py") == "print(1)"
    assert messages()[0] == "Renamed recipe r to better"


def test_a_deleted_recipe_leaves_its_outputs(flow, dss):
    visual(flow, "sync", "s", "orders").delete()
    assert flow.get_dataset("out").exists()
    assert not (dss.root / "projects/SALES/recipes/s.sync").exists()


def test_output_schema_of_sync_and_join(flow):
    assert schema_of(visual(flow, "sync", "s", "orders")) == {
        "id": "bigint",
        "customer": "string",
        "amount": "double",
    }
    join = visual(flow, "join", "j", "orders", "customers", output="joined")
    assert [*schema_of(join, "joined")] == ["id", "customer", "amount", "country"]


def test_output_schema_of_grouping(flow):
    recipe = visual(flow, "grouping", "g", "orders", with_group_key="customer")
    settings = recipe.get_settings()
    for value in settings.obj_payload["values"]:
        value |= {"sum": True, "countDistinct": value["column"] == "id"}
    settings.save()
    assert schema_of(recipe) == {
        "customer": "string",
        "id_sum": "bigint",
        "id_distinct": "bigint",
        "amount_sum": "double",
        "count": "bigint",
    }
    assert not recipe.compute_schema_updates().any_action_required()


def test_output_schema_of_stack_distinct_window_sort(flow):
    stack = visual(flow, "vstack", "v", "orders", "customers")
    assert [*schema_of(stack)] == ["id", "customer", "amount", "country"]
    distinct = visual(flow, "distinct", "d", "orders", output="d_out")
    assert [*schema_of(distinct, "d_out")] == ["id", "customer", "amount"]
    window = visual(flow, "window", "w", "orders", output="w_out")
    settings = window.get_settings()
    settings.obj_payload["rank"] = True
    settings.obj_payload["values"][2] |= {"sum": True, "lag": True, "lagValues": "1,2"}
    settings.save()
    assert [*schema_of(window, "w_out")] == [
        *("id", "customer", "amount", "amount_sum", "amount_lag1", "amount_lag2", "rank"),
    ]
    sort = visual(flow, "sort", "s", "orders", output="s_out")
    assert [*schema_of(sort, "s_out")] == ["id", "customer", "amount"]


def test_output_schema_of_prepare(flow):
    recipe = visual(flow, "prepare", "p", "orders")
    settings = recipe.get_settings()
    for type, params in (
        ("ColumnRenamer", {"renamings": [{"from": "amount", "to": "total"}]}),
        ("CreateColumnWithGREL", {"column": "vat", "expression": "total * 0.2"}),
        ("ColumnsSelector", {"appliesTo": "SINGLE_COLUMN", "columns": ["id"], "keep": False}),
        ("DateParser", {"columns": ["customer"], "outCol": "since", "formats": []}),
    ):
        settings.add_processor_step(type, params)
    settings.raw_steps[1]["disabled"] = False
    settings.save()
    assert schema_of(recipe) == {
        "customer": "string",
        "since": "date",
        "total": "double",
        "vat": "string",
    }


def test_the_schema_of_code_cannot_be_computed(flow):
    recipe = raw(flow, "r", "python", ["orders"], [], "")
    with pytest.raises(DataikuException, match="can't be automatically computed on 'python'"):
        recipe.compute_schema_updates()


def test_a_recipe_with_a_new_folder_as_output(project):
    builder = project.new_recipe("download", "d")
    builder.with_new_output("files", "filesystem_folders", object_type="MANAGED_FOLDER")
    builder.create()
    (folder,) = project.list_managed_folders()
    (recipe,) = project.list_recipes()
    assert recipe["outputs"]["main"]["items"][0]["ref"] == folder["id"]
