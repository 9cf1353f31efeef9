"""Streaming endpoints, API services, analyses, knowledge banks."""

from __future__ import annotations

import json
import zipfile

import pytest
from dataikuapi.utils import DataikuException

from dssdsl.emulator import User
from dssdsl.emulator.project import dss_json

from .test_datasets import managed


def test_streaming_endpoints(project, client, folder):
    client.create_connection("bus", "Kafka", {})
    made = project.create_kafka_streaming_endpoint("s", "bus", "topic")
    settings = made.get_settings()
    settings.get_raw()["tags"] = ["b", "a"]
    settings.save()
    assert made.get_settings().get_raw()["tags"] == ["a", "b"]
    made.set_schema({"columns": [{"name": "x", "type": "string"}]})
    assert made.get_schema()["columns"] == [{"name": "x", "type": "string"}]
    (item,) = project.list_streaming_endpoints()
    assert (item.id, item.type, item.connection) == ("s", "kafka", "bus")
    assert '"topic": "topic"' in folder("streaming_endpoints/s.json")
    with pytest.raises(DataikuException, match="already exists"):
        project.create_httpsse_streaming_endpoint("s", "http://x")
    with pytest.raises(DataikuException, match="Invalid streaming endpoint name"):
        project.create_httpsse_streaming_endpoint("../s", "http://x")
    builder = project.new_managed_streaming_endpoint("m", "kafka").with_store_into("bus")
    assert builder.create().get_settings().get_raw()["params"]["topic"] == "${projectKey}_m"
    prototype = {"type": "csync", "name": "r", "outputs": {}}
    prototype["inputs"] = {"main": {"items": [{"ref": "s"}]}}
    project.create_recipe(prototype, {"rawCreation": True})
    assert [each["objectId"] for each in made.get_usages()] == ["r"]
    assert "s" in project.get_flow().get_graph().nodes
    made.delete()
    assert project.list_recipes() == []


def test_api_services_keep_code_in_files(project, folder, client):
    made = project.create_api_service("api")
    settings = made.get_settings()
    endpoint = {"id": "f", "type": "PY_FUNCTION", "code": "def f():\n    return 1\n"}
    settings.get_raw()["endpoints"].append(dict(endpoint))
    settings.save()
    assert folder("lambda_services/api/endpoint-f.py") == endpoint["code"]
    assert "return" not in folder("lambda_services/api.json")
    assert made.get_settings().endpoints == [endpoint]
    (item,) = project.list_api_services()
    assert item["id"] == "api"
    again = made.get_settings()
    again.endpoints.clear()
    again.save()
    with pytest.raises(FileNotFoundError):
        folder("lambda_services/api/endpoint-f.py")
    assert made.list_packages() == []
    with pytest.raises(DataikuException, match="Package directory does not exist"):
        made.get_package_summary("v1")
    with pytest.raises(DataikuException, match="Invalid API service id"):
        client._perform_empty("POST", "/projects/SALES/apiservices/%2e%2e%2fx")
    again.get_raw()["endpoints"] = [{"id": "../../x", "code": ""}]
    with pytest.raises(DataikuException, match="Invalid endpoint id"):
        again.save()


def test_analyses_are_deleted_with_their_dataset(project, folder):
    dataset = managed(project, "d")
    made = project.create_analysis("d")
    definition = made.get_definition().get_raw()
    assert definition["name"] == "Analyze d"
    dataset.rename("e")
    (item,) = project.list_analyses()
    assert (item["analysisId"], item["inputDataset"]) == (made.analysis_id, "e")
    assert project.list_ml_tasks() == {"mlTasks": []}
    assert '"inputDatasetSmartName": "e"' in folder(f"analysis/{made.analysis_id}/core_params.json")
    project.get_dataset("e").delete()
    assert project.list_analyses() == []
    with pytest.raises(DataikuException, match="dataset does not exist"):
        project.create_analysis("no")


def test_machine_learning_tasks_are_listed_and_read(project, dss):
    managed(project, "d")
    made = project.create_analysis("d")
    path = dss.root / "projects/SALES/analysis" / made.analysis_id / "ml/abcdefgh/params.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"taskType": "CLUSTERING", "name": "Guess"}))
    (task,) = project.list_ml_tasks()["mlTasks"]
    assert (task["mlTaskId"], task["mlTaskName"]) == ("abcdefgh", "Guess")
    settings = project.get_ml_task(made.analysis_id, "abcdefgh").get_settings()
    assert settings.get_raw()["taskType"] == "CLUSTERING"
    made.delete()
    assert not path.exists()


def test_knowledge_banks(project, folder):
    made = project.create_knowledge_bank("kb", "CHROMA", "openai:c:m")
    settings = made.get_settings()
    settings.get_raw()["tags"] = ["x"]
    settings.save()
    (item,) = project.list_knowledge_banks()
    assert (item.id, item.name) == (made.id, "kb")
    assert len(made.id) == 8
    assert '"embeddingLLMId": "openai:c:m"' in folder(f"knowledge-banks/{made.id}.json")
    made.delete()
    assert project.list_knowledge_banks() == []


def test_charts_follow_a_renamed_dataset(project):
    managed(project, "d")
    params = {"datasetSmartName": "d"}
    made = project.create_insight({"type": "chart", "name": "i", "params": params})
    project.get_dataset("d").rename("e")
    assert made.get_settings().get_raw()["params"]["datasetSmartName"] == "e"


def test_machine_learning_tasks_are_saved_and_deleted(project, dss, folder):
    managed(project, "d")
    made = project.create_analysis("d")
    path = f"analysis/{made.analysis_id}/ml/abcdefgh/params.json"
    file = dss.root / "projects/SALES" / path
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"taskType": "CLUSTERING", "name": "Guess"}))
    task = project.get_ml_task(made.analysis_id, "abcdefgh")
    assert task.get_trained_models_ids() == []
    settings = task.get_settings()
    settings.get_raw()["name"] = "Better"
    settings.save()
    assert json.loads(folder(path))["name"] == "Better"
    with pytest.raises(DataikuException, match="NotEmulated"):
        task.start_train()
    task.delete()
    assert project.list_ml_tasks()["mlTasks"] == []
    assert project.get_project_git().get_status()["clean"]


def test_packages_of_an_api_service(project, tmp_path):
    service = project.create_api_service("api")
    settings = service.get_settings()
    settings.get_raw()["endpoints"] = [{"id": "f", "type": "PY_FUNCTION", "code": "1\n"}]
    settings.save()
    service.create_package("v1", "First")
    settings.get_raw()["endpoints"] = []
    settings.save()
    (listed,) = service.list_packages()
    assert (listed["id"], listed["releaseNotes"]) == ("v1", "First")
    assert service.get_package_summary("v1") == listed
    service.download_package_to_file("v1", str(tmp_path / "v1.zip"))
    packed = json.loads(zipfile.ZipFile(tmp_path / "v1.zip").read("service.json"))
    assert packed["endpoints"][0]["code"] == "1\n"
    with pytest.raises(DataikuException, match="Package already exists"):
        service.create_package("v1")
    with pytest.raises(DataikuException, match="Invalid package id"):
        service.create_package("..v")
    with pytest.raises(DataikuException, match="NotEmulated"):
        service.publish_package("v1")
    service.delete_package("v1")
    assert service.list_packages() == []
    with pytest.raises(DataikuException, match="Package directory does not exist"):
        service.download_package_stream("v1")


def test_code_studios(project, client, connect, tmp_path, dss):
    project.export_to_file(str(tmp_path / "p.zip"))
    studio = {"name": "IDE", "templateId": "vs", "params": {}, "owner": "ann", "tags": []}
    with zipfile.ZipFile(tmp_path / "p.zip", "a") as file:
        file.writestr("project_config/code_studios/aBcDeFg.json", dss_json.dumps(studio))
        file.writestr("project_config/code_studios/aBcDeFg/settings/ide.json", "{}")
    dss.load(tmp_path / "p.zip", "IDES")
    client.create_user("ann", "password")
    client.create_user("bob", "password")
    project = client.get_project("IDES")
    (item,) = project.list_code_studios()
    assert (item.id, item.name) == ("aBcDeFg", "IDE")
    found = item.to_code_studio()
    assert (found.get_settings().owner, found.get_settings().template_id) == ("ann", "vs")
    with pytest.raises(DataikuException, match="Unknown user"):
        found.change_owner("nobody")
    found.change_owner("bob")
    assert found.get_settings().owner == "bob"
    dss.keys["ann"] = User("ann", admin=False, rights={"IDES": {"writeProjectContent": True}})
    with pytest.raises(DataikuException, match="may not change the owner"):
        connect(dss, "ann").get_project("IDES").get_code_studio(item.id).change_owner("ann")
    with pytest.raises(DataikuException, match="not emulated"):
        project.create_code_studio("new", "vs")
    found.delete()
    assert project.list_code_studios() == []
    assert not [*(dss.project_folder("IDES") / "code_studios").rglob("*.json")]
    assert project.get_project_git().get_status()["clean"]
