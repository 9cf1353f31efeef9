from __future__ import annotations

import json

import pytest

from tests.emulator.test_datasets import managed

from .parts import commits


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
