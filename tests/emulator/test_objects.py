"""Folders, models, stores, the library, and the instance's own objects."""

from __future__ import annotations

import io

import pytest
from dataikuapi.utils import DataikuException


def test_managed_folders(project, folder, messages):
    made = project.create_managed_folder("files")
    assert len(made.id) == 8
    raw = made.get_settings().get_raw()
    assert raw["params"]["path"] == "/${projectKey}/${odbId}"
    assert raw["metrics"]["displayedState"]["partition"] == "NP"
    settings = made.get_settings()
    settings.get_raw()["tags"] = ["b", "a"]
    settings.save()
    made.rename("better")
    assert made.get_settings().get_raw()["name"] == "better"
    assert made.get_settings().get_raw()["tags"] == ["a", "b"]
    assert project.list_managed_folders()[0]["params"] == raw["params"]
    assert '"name": "better"' in folder(f"managed_folders/{made.id}.json")
    assert messages()[0] == "Renamed managed folder files to better"
    assert project.create_managed_folder("better").id != made.id


def test_a_folder_has_the_type_of_its_connection(project, client):
    made = project.create_managed_folder("x", connection_name="lake")
    assert made.get_settings().get_raw()["type"] == "S3"
    client.create_connection("bucket", "EC2", {})
    with pytest.raises(DataikuException, match="not allowed on connection 'bucket'"):
        project.create_managed_folder("x", connection_name="bucket")


def test_files_in_a_folder(project):
    made = project.create_managed_folder("files")
    made.put_file("/a/b.txt", io.BytesIO("é\r\n".encode()))
    assert [each["path"] for each in made.list_contents()["items"]] == ["/a/b.txt"]
    with made.get_file("/a/b.txt") as answer:
        assert answer.raw.read() == "é\r\n".encode()
    made.delete_file("a/b.txt")
    made.delete_file("a/b.txt")
    assert made.list_contents()["items"] == []


def test_models_and_stores(project):
    model = project.create_mlflow_pyfunc_model("m", "REGRESSION")
    settings = model.get_settings()
    settings.get_raw()["shortDesc"] = "x"
    settings.save()
    assert project.list_saved_models()[0]["name"] == "m"
    assert model.get_settings().get_raw()["shortDesc"] == "x"
    store = project.create_model_evaluation_store("s")
    assert project.list_model_evaluation_stores()[0].id == store.id
    store.get_settings().save()
    store.delete()
    assert project.list_model_evaluation_stores() == []


def test_the_library(project, messages):
    library = project.get_library()
    names = {item.name for item in library.list()}
    assert names == {"external-libraries.json", "python"}
    library.get_folder("python").add_file("x.py").write("a = 'é'\n")
    again = project.get_library()
    assert again.get_file("/python/x.py").read() == "a = 'é'\n"
    assert again.get_file("/python/x.py").read(as_type="bytes") == "a = 'é'\n".encode()
    assert again.get_file("/nope.py") is None
    again.get_file("/python/x.py").rename("y.py")
    again.add_folder("other")
    again.get_file("/python/y.py").move_to(again.get_folder("/other"))
    assert project.get_library().get_file("/other/y.py").read() == "a = 'é'\n"
    assert messages()[:2] == [
        'Moved Library file "python/y.py"',
        'Renamed Library file "x.py" to "y.py"',
    ]
    project.get_library().get_folder("/other").delete()
    assert project.get_library().get_folder("/other") is None


def test_a_library_file_needs_its_folder(project, client):
    path = "/projects/SALES/libraries/contents/no/x.py"
    with pytest.raises(DataikuException, match="Folder does not exist"):
        client._perform_empty("POST", path, raw_body="x")
    with pytest.raises(DataikuException, match="Invalid path"):
        client._perform_empty(
            "POST", "/projects/SALES/libraries/contents/%2e%2e/params.json", raw_body="x"
        )


def test_connections(client, project):
    assert "warehouse" in client.list_connections_names("all")
    assert client.get_connection("lake").get_info()["type"] == "EC2"
    client.create_connection("pg2", "PostgreSQL", {"host": "h"})
    assert client.list_connections()["pg2"]["params"] == {"host": "h"}
    with pytest.raises(DataikuException, match="already exists"):
        client.create_connection("pg2", "PostgreSQL", {})
    with pytest.raises(DataikuException, match="Connection 'no' does not exist"):
        client.get_connection("no").get_info()


def test_code_environments_users_groups(client):
    assert [each["envName"] for each in client.list_code_envs()] == ["py311"]
    assert client.get_code_env("PYTHON", "py311").get_settings()
    with pytest.raises(DataikuException, match="PYTHON env no doesn't exist"):
        client.get_code_env("PYTHON", "no").get_settings()
    assert client.list_users()[0]["login"] == "admin"
    assert "administrators" in [each["name"] for each in client.list_groups()]
    with pytest.raises(DataikuException, match="NotFoundException"):
        client.get_user("nobody").get_settings()
    assert client.get_auth_info()["authIdentifier"] == "admin"
    assert client.get_instance_info().node_type == "DESIGN"


def test_calls_that_are_not_emulated(client, project):
    with pytest.raises(DataikuException, match=r"NotEmulated: GET .* is not emulated"):
        project.get_data_quality_status()
    with pytest.raises(DataikuException, match="not supported"):
        client._perform_empty("PATCH", "/projects/SALES/variables/")


def test_files_are_copied_into_another_folder(project, client):
    first, second = project.create_managed_folder("a"), project.create_managed_folder("b")
    first.put_file("x/new.txt", io.BytesIO(b"new"))
    second.put_file("old.txt", io.BytesIO(b"old"))

    def files():
        return [each["path"] for each in second.list_contents()["items"]]

    assert first.copy_to(second, write_mode="APPEND").get_result()["success"]
    assert files() == ["/old.txt", "/x/new.txt"]
    first.copy_to(second).get_result()
    assert files() == ["/x/new.txt"]
    with pytest.raises(DataikuException, match="Unknown write mode"):
        first.copy_to(second, write_mode="x")
    with pytest.raises(DataikuException, match="managed folder does not exist"):
        first.copy_to(project.get_managed_folder("no"))
