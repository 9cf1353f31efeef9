"""Rules observed on real servers that no other test covers; ``rules.yaml`` lists them."""

from __future__ import annotations

import io
import json

import pytest
from dataikuapi.utils import DataikuException

from .test_datasets import managed
from .test_recipes import raw, visual

COLUMNS = [{"name": "k", "type": "string"}, {"name": "v", "type": "double"}]


def filled(project, *names):
    for name in names:
        managed(project, name).set_schema({"columns": COLUMNS, "userModified": True})
    return project


def commits(project):
    return len(project.get_project_git().log(count=1000)["entries"])


# -- transport -----------------------------------------------------------------------------------


def test_missing_objects_of_the_instance(client):
    for act in (
        lambda: client.get_user("no").get_settings(),
        client.get_group("no").get_definition,
    ):
        with pytest.raises(DataikuException, match=r"controllers\.NotFoundException"):
            act()
    with pytest.raises(DataikuException, match="IllegalArgumentException: Connection 'no' does"):
        client.get_connection("no").get_info()
    with pytest.raises(DataikuException, match="CodedIOException: PYTHON env no doesn't exist"):
        client.get_code_env("PYTHON", "no").get_settings()
    with pytest.raises(DataikuException, match="IllegalArgumentException: No future by that id"):
        client.get_future("no").get_state()


def test_packages_of_an_api_service(project):
    service = project.create_api_service("scores")
    assert service.list_packages() == []
    assert project.get_api_service("never_made").list_packages() == []
    path = "/projects/SALES/apiservices/scores/packages/v1/summary"
    with pytest.raises(DataikuException, match="Package directory does not exist"):
        project.client._perform_json("GET", path)


def test_a_folder_of_the_library_cannot_be_read_as_a_file(project, client):
    with pytest.raises(DataikuException, match="Cannot read directory as file"):
        client._perform_json("GET", "/projects/SALES/libraries/contents/python")


def test_an_unknown_bundle_has_no_body(project, send):
    answer = send("GET", "/projects/SALES/bundles/exported/v1/archive")
    assert (answer.status, answer.content) == (500, b"")


def test_the_app_manifest_of_a_regular_project(project):
    with pytest.raises(DataikuException, match="is neither an app template nor an app instance"):
        project.get_app_manifest()


# -- envelope ------------------------------------------------------------------------------------


def test_descriptions_are_absent_until_set(project):
    dataset = managed(project, "a")
    assert not {"description", "shortDesc"} & {*dataset.get_settings().get_raw()}
    settings = dataset.get_settings()
    settings.get_raw()["shortDesc"] = ""
    settings.save()
    assert dataset.get_settings().get_raw()["shortDesc"] == ""


def test_a_tag_is_added_to_the_projects_dictionary(project, folder):
    dataset = managed(project, "a")
    settings = dataset.get_settings()
    settings.get_raw()["tags"] = ["urgent"]
    settings.save()
    assert "color" in json.loads(folder("tags.json"))["tags"]["urgent"]


def test_the_length_of_ids(project):
    zone = project.get_flow().create_zone("z")
    dashboard = project.create_dashboard("d")
    insight = project.create_insight({"type": "chart", "name": "i", "params": {}})
    app = project.create_webapp("w")
    folder = project.create_managed_folder("f")
    model = project.create_mlflow_pyfunc_model("m", "REGRESSION")
    sevens = [zone.id, dashboard.dashboard_id, insight.insight_id, app.webapp_id]
    assert [len(each) for each in (*sevens, folder.id, model.id)] == [7, 7, 7, 7, 8, 8]
    assert all(each.isalnum() for each in (*sevens, folder.id, model.id))


def test_objects_of_different_kinds_may_share_a_name(project):
    managed(project, "same")
    raw(project, "same", "python", [], ["same"], "")
    project.create_managed_folder("same")
    project.create_scenario("same", "step_based")
    assert project.get_recipe("same").get_settings().get_flat_output_refs() == ["same"]


# -- projects ------------------------------------------------------------------------------------


def test_the_settings_of_a_new_project(project, dss):
    settings = project.get_settings().get_raw()
    own = settings["settings"]
    assert own["gitCommitMode"] == "AUTO"
    assert own["flowDisplaySettings"]["zonesGraphRenderingAlgorithm"] == "DOT_OLDRANK"
    assert own["flowBuildSettings"]["defaultRecipeHashPropagationBehavior"] == "ENABLED"
    for language in ("python", "r", "julia"):
        assert own["codeEnvs"][language] == {"mode": "INHERIT", "preventOverride": False}
    assert own["container"] == {"containerMode": "INHERIT"}
    assert own["datasetsCreationSettings"]["preferedStorageFormats"].startswith("CSV_ESCAPING")
    assert own["relocationSettings"]["sqlLikeRecipesInitializationMode"]
    assert own["wikiSettings"] == {"promoted": False}
    assert own["virtualWebAppBackendSettings"]["infra"]["scaling"]["initialReplicas"] == 1
    params = json.loads((dss.project_folder("SALES") / "params.json").read_text())
    assert params["projectStatus"] == "Sandbox"
    assert (params["projectType"], params["projectAppType"]) == ("REGULAR", "REGULAR")
    assert (params["permissionsVersion"], params["permissions"]) == ("V2", [])
    assert params["exposedObjects"] == {"objects": []}
    assert params["tutorialProject"] is False


def test_a_new_project_has_no_zones_and_no_variables(project, dss):
    folder = dss.project_folder("SALES")
    assert not (folder / "zones").exists()
    assert not (folder / "variables.json").exists()
    assert project.get_variables() == {"standard": {}, "local": {}}


def test_metadata_is_replaced_as_a_whole(project):
    project.set_metadata({"label": "Sales", "tags": [], "description": "d", "shortDesc": "s"})
    project.set_metadata({"label": "Sales", "tags": []})
    assert "description" not in project.get_metadata()


def test_settings_do_not_carry_the_short_description(project):
    before = project.get_metadata()["shortDesc"]
    settings = project.get_settings()
    settings.get_raw()["shortDesc"] = "elsewhere"
    settings.save()
    assert project.get_metadata()["shortDesc"] == before


def test_only_project_folders_know_their_projects(client):
    child = client.get_root_project_folder().create_sub_folder("Team")
    inner = child.create_project("INNER", "Inner", "admin")
    assert "projectFolderId" not in inner.get_metadata()
    assert "projectFolderId" not in inner.get_settings().get_raw()
    assert client.get_project_folder(child.id).list_project_keys() == ["INNER"]


@pytest.mark.parametrize("key", ["lower", "2_AUT_EG", "Mixed_1"])
def test_valid_project_keys(client, key):
    client.create_project(key, "P", "admin")
    assert key in client.list_project_keys()


def test_one_code_for_keys_that_are_invalid_or_taken(project, send):
    for key in ("SALES", "a-b"):
        body = {"projectKey": key, "name": "x", "owner": "admin"}
        answer = send("POST", "/projects/", body)
        assert json.loads(answer.content)["code"] == "ERR_PROJECT_INVALID_PROJECT_KEY"


def test_each_change_is_a_commit(project):
    before = commits(project)
    dataset = managed(project, "a")
    dataset.get_settings().save()
    settings = dataset.get_settings()
    settings.get_raw()["shortDesc"] = "s"
    settings.save()
    assert commits(project) == before + 3


def test_bundles_contain_no_local_variables(project, folder):
    project.set_variables({"standard": {}, "local": {"here": 1}})
    project.set_variables({"standard": {"a": 1}, "local": {}})
    assert project.get_variables() == {"standard": {"a": 1}, "local": {}}


def test_permissions_are_stored_in_order_as_sent(project):
    rights = project.get_permissions()
    rights["permissions"] = [
        {"group": "z", "admin": True},
        {"user": "a", "writeProjectContent": True},
    ]
    project.set_permissions(rights)
    first, second = project.get_permissions()["permissions"]
    assert (first["group"], second["user"]) == ("z", "a")
    assert first["writeProjectContent"] is False
    assert second["readProjectContent"] is False
    project.set_permissions({**rights, "permissions": []})
    assert project.get_permissions()["permissions"] == []


def test_library_files_keep_their_bytes(project, client, dss):
    content = b"a = 1\r\n\t# \xc3\xa9\n\n"
    project.get_library().get_folder("python").add_file("x.py").write(content)
    assert project.get_library().get_file("/python/x.py").read(as_type="bytes") == content
    assert (dss.project_folder("SALES") / "lib/python/x.py").read_bytes() == content
    tree = client._perform_json("GET", "/projects/SALES/libraries/contents")
    python = next(each for each in tree if each["name"] == "python")
    assert [each["name"] for each in python["children"]] == ["x.py"]


# -- datasets ------------------------------------------------------------------------------------


def test_a_managed_dataset_with_guessed_settings_is_accepted(project):
    params = {"connection": "filesystem_managed", "path": "/"}
    project.client._perform_json(
        "POST",
        "/projects/SALES/datasets/",
        body={"name": "g", "type": "Filesystem", "managed": True, "params": params},
    )
    assert project.get_dataset("g").get_settings().get_raw()["managed"] is True


def test_the_defaults_of_a_new_managed_dataset(project):
    document = managed(project, "a").get_settings().get_raw()
    assert document["flowOptions"] == {
        "virtualizable": False,
        "rebuildBehavior": "NORMAL",
        "crossProjectBuildBehavior": "DEFAULT",
        "ignoreErrorStatusOnBuild": False,
    }
    assert document["schema"] == {"columns": [], "userModified": True}
    assert document["typeSystemVersion"] == "V2"
    assert [each["type"] for each in document["metrics"]["probes"]] == ["basic", "records"]
    assert document["metrics"]["displayedState"]["metrics"][-1] == "records:COUNT_RECORDS"
    assert document["metricsChecks"]["monitor"] is False
    assert document["partitioning"]["dimensions"] == []
    assert document["readWriteOptions"]["writeBuckets"] == 1


def test_the_parameters_of_new_datasets_by_type(project):
    files = managed(project, "f").get_settings().get_raw()
    assert files["params"]["filesSelectionRules"]["mode"] == "ALL"
    assert files["params"]["variablesExpansionLoopConfig"]["enabled"] is False
    csv = files["formatParams"]
    assert (csv["style"], csv["separator"], csv["compress"]) == ("unix", "\t", "gz")
    assert csv["maxRowChars"] == 100000000
    assert len(csv["hiveSeparators"]) == 7
    lake = managed(project, "l", "lake").get_settings().get_raw()
    assert lake["type"] == "S3"
    assert lake["params"]["metastoreTableName"] == "${projectKey}_l"
    assert lake["formatParams"]["dateSerializationFormat"] == "HIVE"
    table = managed(project, "t", "postgres").get_settings().get_raw()
    assert table["params"]["writeWithCopyBadDataBehavior"] == "NOVERIFY_ERROR"
    assert table["params"]["tableCreationMode"] == "auto"
    assert "formatType" not in table
    parquet = managed(project, "p", format_option_id="PARQUET_HIVE").get_settings().get_raw()
    assert parquet["formatParams"]["parquetCompressionMethod"] == "SNAPPY"


def test_a_connection_of_type_s3_cannot_be_created(client):
    with pytest.raises(DataikuException):
        client.create_connection("bucket", "S3", {})


def test_uploads_of_several_names_are_added_up(project):
    dataset = project.create_upload_dataset("up")
    for name in ("a.csv", "b.csv"):
        dataset.uploaded_add_file(io.BytesIO(b"x\n1\n"), name)
    assert [each["path"] for each in dataset.uploaded_list_files()] == ["/a.csv", "/b.csv"]


def test_another_connection_replaces_the_parameters(project):
    dataset = managed(project, "a")
    settings = dataset.get_settings()
    settings.get_raw()["type"] = "Snowflake"
    settings.get_raw()["params"] = {"connection": "warehouse", "mode": "table", "table": "T"}
    settings.save()
    document = dataset.get_settings().get_raw()
    assert document["type"] == "Snowflake"
    assert document["params"] == {"connection": "warehouse", "mode": "table", "table": "T"}
    assert document["formatType"] == "csv"


def test_columns_keep_their_order_and_known_fields(project):
    columns = [
        {"name": "b", "type": "string", "maxLength": 10, "comment": "c", "meaning": "Email"},
        {"name": "a", "type": "array", "arrayContent": {"type": "string"}},
        {"name": "n", "type": "date", "timestampNoTzAsDate": False, "originalType": "TS"},
    ]
    dataset = managed(project, "a")
    dataset.set_schema({"columns": columns, "userModified": False})
    assert dataset.get_schema() == {"columns": columns, "userModified": False}


def test_a_new_schema_does_not_propagate(project):
    filled(project, "a", "b")
    raw(project, "r", "sync", ["a"], ["b"], "")
    project.get_dataset("a").set_schema({"columns": COLUMNS[:1], "userModified": True})
    assert project.get_dataset("b").get_schema()["columns"] == COLUMNS


def test_the_smart_name_is_returned_and_not_stored(project, folder):
    dataset = managed(project, "a")
    settings = dataset.get_settings()
    assert settings.get_raw()["smartName"] == "a"
    settings.save()
    assert "smartName" not in folder("datasets/a.json")


def test_the_old_name_of_a_renamed_dataset_is_free(project):
    before = managed(project, "old").get_settings().get_raw()["params"]["path"]
    project.get_dataset("old").rename("new")
    again = managed(project, "old").get_settings().get_raw()["params"]["path"]
    assert project.get_dataset("new").get_settings().get_raw()["params"]["path"] == before == again


def test_a_deleted_recipe_is_removed_from_notebooks(project):
    filled(project, "a")
    raw(project, "r", "python", [], ["a"], "")
    content = {"metadata": {"associatedRecipe": "r"}, "cells": [], "nbformat": 4}
    notebook = project.create_jupyter_notebook("n", content)
    project.get_recipe("r").rename("s")
    assert notebook.get_content().get_metadata()["associatedRecipe"] == "s"
    project.get_dataset("a").delete()
    assert project.list_recipes() == []
    assert "associatedRecipe" not in notebook.get_content().get_metadata()


# -- recipes -------------------------------------------------------------------------------------

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


# -- scenarios -----------------------------------------------------------------------------------


def test_every_frequency_keeps_all_its_fields(project):
    scenario = project.create_scenario("s", "step_based")
    settings = scenario.get_settings()
    params = {"frequency": "Monthly", "daysOfWeek": ["Monday"], "repeatFrequency": 2}
    settings.raw_triggers.append({"type": "temporal", "params": params})
    settings.save()
    (trigger,) = scenario.get_settings().raw_triggers
    assert trigger["params"]["daysOfWeek"] == ["Monday"]
    assert trigger["params"]["monthlyRunOn"] == "ON_THE_DAY"
    assert trigger["params"]["timezone"] == "SERVER"
    assert trigger["id"]


def test_job_types_of_the_ui_are_accepted(project):
    scenario = project.create_scenario("s", "step_based")
    settings = scenario.get_settings()
    for kind in ("FIND_OUTPUTS_RECURSIVE_BUILD", "REVERSE_FORCED_BUILD"):
        params = {"builds": [], "jobType": kind}
        settings.raw_steps.append({"type": "build_flowitem", "params": params})
    settings.save()
    kept = [each["params"]["jobType"] for each in scenario.get_settings().raw_steps]
    assert kept == ["FIND_OUTPUTS_RECURSIVE_BUILD", "REVERSE_FORCED_BUILD"]


def test_a_run_is_found_by_its_trigger(project):
    fired = project.create_scenario("s", "step_based").run()
    run = fired.wait_for_scenario_run()
    assert fired.run_id != run.id


def test_a_renamed_scenario_keeps_its_id(project):
    scenario = project.create_scenario("Nightly", "step_based")
    settings = scenario.get_settings()
    settings.get_raw()["name"] = "Daily"
    settings.save()
    assert scenario.get_settings().get_raw()["name"] == "Daily"
    assert [each["id"] for each in project.list_scenarios()] == ["Nightly"]


def test_a_scenario_is_replaced_as_a_whole(project):
    scenario = project.create_scenario("s", "step_based")
    settings = scenario.get_settings()
    settings.get_raw()["shortDesc"] = "x"
    settings.get_raw()["runAsUser"] = "bob"
    settings.save()
    assert scenario.get_settings().get_raw()["runAsUser"] == "bob"
    document = scenario.get_settings().get_raw()
    del document["shortDesc"], document["runAsUser"]
    project.client._perform_json("PUT", "/projects/SALES/scenarios/s", body=document)
    assert not {"shortDesc", "runAsUser"} & {*scenario.get_settings().get_raw()}


# -- zones ---------------------------------------------------------------------------------------


def test_the_document_of_a_new_zone(project, client):
    made = client._perform_json("POST", "/projects/SALES/flow/zones", body={"name": "z"})
    del made["id"]
    assert made == {
        "name": "z",
        "color": "#2ab1ac",
        "items": [],
        "shared": [],
        "position": {},
        "tags": [],
        "customFields": {},
        "checklists": {"checklists": []},
    }


def test_moving_is_one_commit_over_both_zones(project):
    filled(project, "b", "a")
    one, two = project.get_flow().create_zone("1"), project.get_flow().create_zone("2")
    for name in "ba":
        project.get_dataset(name).move_to_zone(one.id)
    items = project.get_flow().get_zone(one.id)._raw["items"]
    assert [each["objectId"] for each in items] == ["b", "a"]
    before = commits(project)
    project.get_dataset("b").move_to_zone(two.id)
    git = project.get_project_git()
    changed = git.diff(git.log(count=1)["entries"][0]["commitId"])["entries"]
    assert commits(project) == before + 1
    assert {each["path"] for each in changed} == {f"zones/{one.id}.json", f"zones/{two.id}.json"}


def test_the_default_zone_loses_its_name_with_the_last_other_zone(project, messages):
    zone = project.get_flow().create_zone("z")
    settings = project.get_flow().get_default_zone().get_settings()
    settings.name, settings.color = "Rest", "#000000"
    settings.save()
    assert messages()[0] == "Edited zone:default"
    assert project.get_flow().get_default_zone().name == "Rest"
    zone.delete()
    default = project.get_flow().get_default_zone()
    assert (default.name, default.color) == ("Default", "#D1D8DA")


# -- content -------------------------------------------------------------------------------------


def test_a_job_on_a_dataset_without_a_recipe_builds_nothing(project):
    managed(project, "a")
    assert project.get_dataset("a").build(job_type="RECURSIVE_BUILD")
    raw(project, "r", "python", [], ["a"], "")
    with pytest.raises(DataikuException, match="FAILED"):
        project.get_dataset("a").build(job_type="RECURSIVE_BUILD")


def test_a_shared_dataset_keeps_its_rule_and_is_listed_elsewhere(project, client):
    managed(project, "a")
    other = client.create_project("OTHER", "Other", "admin")
    settings = project.get_settings()
    settings.add_exposed_object("DATASET", "a", "OTHER")
    settings.save()
    (item,) = project.get_settings().get_raw()["exposedObjects"]["objects"]
    assert (item["type"], item["localName"]) == ("DATASET", "a")
    assert item["rules"][0]["targetProject"] == "OTHER"
    raw(other, "r", "sync", ["SALES.a"], [], "")
    assert other.get_recipe("r").get_settings().get_flat_input_refs() == ["SALES.a"]
    assert [each.name for each in other.list_datasets(include_shared=True)] == ["a"]
