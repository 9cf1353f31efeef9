from __future__ import annotations

import json

import pytest
from dataikuapi.utils import DataikuException

from tests.emulator.test_datasets import managed
from tests.emulator.test_recipes import raw


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
