"""Projects: creation, metadata, settings, rights, variables."""

from __future__ import annotations

import subprocess
import sys

import pytest
from dataikuapi.utils import DataikuException

from dssdsl.emulator import Emulator, User


def test_the_files_of_a_new_project(project, client, dss, folder):
    assert client.list_project_keys() == ["SALES"]
    assert project.get_metadata()["label"] == "Sales"
    assert project.get_metadata()["shortDesc"].startswith(
        "The project *Sales* was created by admin"
    )
    assert project.get_metadata()["checklists"]["checklists"][0]["items"]
    assert '"pythonPath": [\n    "python"\n  ]' in folder("lib/external-libraries.json")
    assert "version-tags.json" in folder(".gitignore")
    (dashboard,) = (dss.root / "projects/SALES/dashboards").iterdir()
    assert len(dashboard.stem) == 7
    assert "Sales\\u0027s default dashboard" in dashboard.read_text()


def test_a_new_project_has_two_commits(messages):
    assert messages() == ["Initialize gitignore", "Created a new project: SALES (SALES)"]


@pytest.mark.parametrize("key", ["SALES", "with space", "a-b", ""])
def test_taken_and_invalid_keys(project, client, key):
    with pytest.raises(DataikuException, match="key"):
        client.create_project(key, "Again", "admin")


def test_an_owner_is_required(client):
    with pytest.raises(DataikuException, match="owner"):
        client.create_project("P", "P", None)


def test_metadata_is_replaced_and_tags_are_a_set(project, folder):
    metadata = project.get_metadata()
    metadata |= {"tags": ["b", "a", "b"], "description": "What it is for", "label": "New name"}
    project.set_metadata(metadata)

    assert project.get_metadata()["tags"] == ["a", "b"]
    assert project.get_summary()["name"] == "New name"
    assert set(project.get_tags()["tags"]) == {"a", "b"}
    assert '"description": "What it is for"' in folder("params.json")


def test_partial_settings_fail_with_a_null_pointer(project, client):
    with pytest.raises(DataikuException, match="NullPointerException"):
        client._perform_empty("PUT", "/projects/SALES/settings", body={"settings": {}})
    settings = project.get_settings()
    settings.get_raw()["settings"]["gitCommitMode"] = "EXPLICIT"
    settings.get_raw()["settings"]["nonsense"] = 1
    settings.save()

    again = project.get_settings().get_raw()["settings"]
    assert again["gitCommitMode"] == "EXPLICIT"
    assert "nonsense" not in again


def test_variables_are_replaced_and_keep_their_types(project, folder):
    project.set_variables({"standard": {"n": 1, "x": 1.0, "o": {"a": [True]}}, "local": {}})
    project.update_variables({"l": "here"}, type="local")

    assert project.get_variables() == {
        "standard": {"n": 1, "x": 1.0, "o": {"a": [True]}},
        "local": {"l": "here"},
    }
    assert '"x": 1.0' in folder("variables.json")
    assert folder("localvariables.json") == '{\n  "l": "here"\n}'


def test_permissions_are_stored_raw(project):
    rights = project.get_permissions()
    rights["permissions"] = [{"group": "readers", "writeProjectContent": True}]
    project.set_permissions(rights)

    (item,) = project.get_permissions()["permissions"]
    assert item["writeProjectContent"] is True
    assert item["readProjectContent"] is False


def test_users_who_may_see_a_project(connect, project, dss):
    keys = {
        "all": User("admin"),
        "some": User("bob", admin=False, projects={"MINE"}),
        "reader": User("carol", read_only=True),
    }
    dss.keys.update(keys)
    some, reader = connect(dss, "some"), connect(dss, "reader")

    assert some.list_project_keys() == []
    for key in ("SALES", "MISSING"):
        with pytest.raises(DataikuException, match="Failed to read project permissions"):
            some.get_project(key).get_metadata()
    with pytest.raises(DataikuException, match="you are not admin"):
        some.list_connections()
    assert reader.get_project("SALES").get_metadata()["label"] == "Sales"
    with pytest.raises(DataikuException, match="Unauthorized"):
        reader.get_project("SALES").set_variables({"standard": {}, "local": {}})
    with pytest.raises(DataikuException, match="NotAuthenticatedException: Unknown API Key"):
        connect(dss, "wrong").list_project_keys()


def test_deleting_a_project(project, client, dss):
    assert project.delete().get_result()["success"]
    assert client.list_project_keys() == []
    assert not (dss.root / "projects/SALES").exists()


def test_project_folders(project, client):
    root = client.get_root_project_folder()
    child = root.create_sub_folder("Team")
    child.create_project("INNER", "Inner", "admin")
    project.move_to_folder(child)

    assert sorted(client.get_project_folder(child.id).list_project_keys()) == ["INNER", "SALES"]
    assert client.get_root_project_folder().list_project_keys() == []


def test_everything_survives_a_restart(tmp_path, connect):
    with Emulator(tmp_path) as first:
        project = connect(first).create_project("P", "P", "admin")
        project.new_managed_dataset("a").with_store_into("filesystem_managed").create()
        project.get_dataset("a").set_schema({"columns": [], "userModified": True})
        before = project.get_dataset("a").get_settings().get_raw()
    with Emulator(tmp_path) as second:
        project = connect(second).get_project("P")
        assert project.get_dataset("a").get_settings().get_raw() == before
        assert before["versionTag"]["versionNumber"] == 1
        assert second.projects() == ["P"]


def test_the_import_is_light():
    code = "import sys, dssdsl.emulator.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert not {"git", "waitress", "requests", "dataikuapi", "pydantic"} & set(done.stdout.split())


def test_reset_forgets_everything(project, client, dss):
    dss.reset()
    assert client.list_project_keys() == []
    client.create_project("SALES", "Sales", "admin")
    assert client.list_project_keys() == ["SALES"]


def test_the_timeline(project, dss, connect):
    dss.keys["bobs"] = User("bob")
    connect(dss, "bobs").get_project("SALES").set_variables({"standard": {}, "local": {"a": 1}})
    timeline = project.get_timeline(item_count=2)
    assert timeline["allContributors"] == [{"login": "admin"}, {"login": "bob"}]
    assert [(each["user"], each["action"]) for each in timeline["items"]] == [
        ("bob", "Updated project variables for project SALES"),
        ("admin", "Initialize gitignore"),
    ]
    assert timeline["createdBy"] == {"login": "admin"}
    assert project.get_interest() == {"starCount": 0, "watchCount": 0}
