"""Duplicates, exports, imports and bundles of projects."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from dataikuapi.utils import DataikuException

from dssdsl.emulator import User
from dssdsl.emulator.project import loading

from .test_datasets import managed
from .test_history import git


@pytest.fixture
def filled(project):
    """Put a dataset, a folder with a file, variables and a notebook into the project."""
    managed(project, "orders")
    project.create_managed_folder("files").put_file("a.txt", io.BytesIO(b"a"))
    project.set_variables({"standard": {"a": 1}, "local": {"b": 2}})
    project.create_sql_notebook({"projectKey": "SALES", "connection": "postgres", "cells": []})
    return project


def packed(project, **options):
    return zipfile.ZipFile(io.BytesIO(project.get_export_stream(options).read()))


def test_an_export_has_dss_own_layout(filled, dss):
    names = packed(filled).namelist()
    assert {"project_config/params.json", "project_config/datasets/orders.json"} <= {*names}
    assert not [name for name in names if ".git/" in name or "version-tags" in name]
    assert "project_config/.git/HEAD" in packed(filled, exportGitRepository=True).namelist()
    manifest = json.loads(packed(filled).read("export-manifest.json"))
    assert manifest["originalProjectKey"] == "SALES"
    assert manifest["requiredConnections"] == {
        name: {"name": name, "type": "Filesystem", "isMissing": False}
        for name in ("filesystem_folders", "filesystem_managed")
    }


def test_an_export_can_be_imported(filled, client):
    content = filled.get_export_stream({"exportManagedFolders": True}).read()
    done = client.prepare_project_import(io.BytesIO(content)).execute({"targetProjectKey": "COPY"})
    assert done["success"]
    copy = client.get_project("COPY")
    assert [item.name for item in copy.list_datasets()] == ["orders"]
    assert copy.get_variables() == filled.get_variables()
    assert copy.get_metadata()["tags"] == ["imported"]
    folder = copy.get_managed_folder(copy.list_managed_folders()[0]["id"])
    assert [each["path"] for each in folder.list_contents()["items"]] == ["/a.txt"]
    assert copy.get_project_git().get_status()["clean"]


def test_an_import_fails_with_200(filled, client, dss):
    content = filled.get_export_stream().read()
    done = client.prepare_project_import(io.BytesIO(content)).execute()
    assert done == {
        "success": False,
        "messages": [
            {
                "severity": "ERROR",
                "message": "Project key 'SALES' is already used by another project",
            }
        ],
    }
    filled.delete()
    client.get_connection("filesystem_managed").delete()
    done = client.prepare_project_import(io.BytesIO(content)).execute()
    assert done["messages"][0]["message"] == "Missing connections: filesystem_managed"
    assert client.list_project_keys() == []
    again = client.prepare_project_import(io.BytesIO(content))
    mapping = {"connections": [{"source": "filesystem_managed", "target": "lake"}]}
    assert again.execute({"remapping": mapping})["success"]
    params = filled.get_dataset("orders").get_settings().get_raw()["params"]
    assert params["connection"] == "lake"


def test_invalid_archives_are_refused(client, dss):
    with pytest.raises(DataikuException, match="not an archive"):
        client.prepare_project_import(io.BytesIO(b"no"))
    for names in (["x"], ["../../evil", "export-manifest.json", "project_config/params.json"]):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            for name in names:
                file.writestr(name, "{}")
        packed.seek(0)
        with pytest.raises(DataikuException, match=r"no project|Invalid path in the archive"):
            client.prepare_project_import(packed)
    assert not (dss.root.parent / "evil").exists()


@pytest.mark.parametrize(("mode", "files"), [("MINIMAL", []), ("FULL", ["/a.txt"])])
def test_duplicates(filled, client, mode, files):
    mapping = {"connections": [{"source": "postgres", "target": "warehouse"}]}
    done = filled.duplicate("COPY", "A copy", duplication_mode=mode, remapping=mapping)
    assert done["targetProjectKey"] == "COPY"
    copy = client.get_project("COPY")
    assert copy.get_metadata()["label"] == "A copy"
    assert copy.get_metadata()["tags"] == ["duplicated"]
    assert "was copied from *Sales* by admin" in copy.get_metadata()["shortDesc"]
    assert copy.list_sql_notebooks()[0].connection == "warehouse"
    folder = copy.get_managed_folder(copy.list_managed_folders()[0]["id"])
    assert [each["path"] for each in folder.list_contents()["items"]] == files
    assert len(copy.get_project_git().log()["entries"]) == 2
    assert filled.get_metadata()["tags"] == []
    with pytest.raises(DataikuException, match="already used"):
        filled.duplicate("COPY", "Again")


def test_a_duplicate_can_keep_its_history(filled, client):
    before = len(filled.get_project_git().log()["entries"])
    filled.duplicate("COPY", "A copy", export_git_repository=True)
    assert len(client.get_project("COPY").get_project_git().log()["entries"]) == before + 1


def test_bundles(filled, client, tmp_path):
    filled.export_bundle("v1", release_notes="First")
    with pytest.raises(DataikuException, match="already exists"):
        filled.export_bundle("v1")
    (bundle,) = filled.list_exported_bundles()["bundles"]
    assert (bundle["bundleId"], bundle["releaseNotes"]) == ("v1", "First")
    path = tmp_path / "v1.zip"
    filled.download_exported_bundle_archive_to_file("v1", str(path))
    names = zipfile.ZipFile(path).namelist()
    assert "project_config/variables.json" in names
    assert "project_config/localvariables.json" not in names
    with pytest.raises(DataikuException):
        filled.get_exported_bundle_archive_stream("v2")
    filled.delete_exported_bundle("v1")
    assert filled.list_exported_bundles()["bundles"] == []
    filled.delete()
    with path.open("rb") as file:
        assert client.create_project_from_bundle_archive(file)["projectKey"] == "SALES"
    assert filled.get_variables() == {"standard": {"a": 1}, "local": {}}


@pytest.fixture
def production(filled, client, tmp_path):
    """Export a bundle of the project, and create a second project as on an automation node."""
    filled.create_scenario("S", "step_based", {"active": True})
    filled.export_bundle("v1")
    path = tmp_path / "v1.zip"
    filled.download_exported_bundle_archive_to_file("v1", str(path))
    project = client.create_project("PROD", "Production", "admin")
    project.set_variables({"standard": {"old": 1}, "local": {"here": True}})
    with path.open("rb") as file:
        project.import_bundle_from_stream(file)
    return project


def test_a_bundle_is_imported_and_activated(production, dss):
    dss.clock.stop(1_000_000)
    assert production.list_imported_bundles() == {"bundles": [{"bundleId": "v1"}]}
    assert production.list_datasets() == []
    assert production.preload_bundle("v1")["success"]
    assert production.activate_bundle("v1")["success"]
    active = (dss.project_folder("PROD") / "active-bundle.json").read_text()
    assert json.loads(active) == {"bundleId": "v1", "activatedOn": "1970-01-12T13:46:40.000+0000"}
    assert [item.name for item in production.list_datasets()] == ["orders"]
    assert production.get_variables() == {"standard": {"a": 1}, "local": {"here": True}}
    scenario = production.get_scenario("S")
    assert scenario.get_settings().active is False
    production.activate_bundle("v1", {"S": True})
    assert scenario.get_settings().active is True
    production.activate_bundle("v1")
    assert scenario.get_settings().active is True
    assert production.get_project_git().get_status()["clean"]
    assert production.get_project_git().log(count=1)["entries"][0]["message"] == (
        "Activated bundle v1"
    )
    production.delete_imported_bundle("v1")
    assert production.list_imported_bundles()["bundles"] == []


def test_a_bundle_without_its_connection_changes_nothing(production, client):
    client.get_connection("filesystem_managed").delete()
    with pytest.raises(DataikuException, match="Missing connections: filesystem_managed"):
        production.activate_bundle("v1")
    assert production.get_variables()["standard"] == {"old": 1}
    settings = production.get_settings()
    mapping = {"connections": [{"source": "filesystem_managed", "target": "lake"}]}
    settings.get_raw()["bundleContainerSettings"] = {"remapping": mapping}
    settings.save()
    production.activate_bundle("v1")
    params = production.get_dataset("orders").get_settings().get_raw()["params"]
    assert params["connection"] == "lake"
    assert production.get_settings().get_raw()["bundleContainerSettings"]["remapping"] == mapping


def test_bundles_from_files_on_the_machine(production, client, tmp_path, connect, dss):
    """
    Administrators may import an archive on DSS's own machine.
    """
    production.delete_imported_bundle("v1")
    production.import_bundle_from_archive(str(tmp_path / "v1.zip"))
    assert production.list_imported_bundles() == {"bundles": [{"bundleId": "v1"}]}
    client.get_project("SALES").delete()
    made = client.create_project_from_bundle_local_archive(str(tmp_path / "v1.zip"))
    assert made["projectKey"] == "SALES"
    with pytest.raises(DataikuException, match="Archive not found"):
        production.import_bundle_from_archive(str(tmp_path / "no.zip"))
    dss.keys["some"] = User("bob", admin=False, projects={"PROD"})
    with pytest.raises(DataikuException, match="you are not admin"):
        connect(dss, "some").get_project("PROD").import_bundle_from_archive("/etc/passwd")


def test_a_saved_project_can_be_loaded(filled, client, dss, tmp_path):
    """
    Uploads, files of managed folders, attachments, discussions, bundles and the history come back.
    """
    filled.create_upload_dataset("up").uploaded_add_file(io.BytesIO(b"x\n1\n"), "x.csv")
    article = filled.get_wiki().create_article("Home", content="text")
    article.upload_attachement(io.BytesIO(b"png"), "a.png")
    filled.get_dataset("orders").get_object_discussions().create_discussion("Topic", "Hello")
    filled.export_bundle("v1")

    def held(key):
        dss.project_folder(key)
        places = ("projects", *loading.PROJECT_FOLDERS)
        return {
            (place, path.relative_to(dss.root / place / key).as_posix()): path.read_bytes()
            for place in places
            for path in (dss.root / place / key).rglob("*")
            if path.is_file() and ".git" not in path.relative_to(dss.root / place / key).parts
        }

    before, log = held("SALES"), filled.get_project_git().log()
    assert {place for place, _ in before} >= {"projects", *loading.ARCHIVED.values(), "bundles"}
    dss.save("SALES", tmp_path / "once")
    assert git(tmp_path / "once", "status", "--porcelain") == ""
    filled.delete()
    dss.load(tmp_path / "once", "SALES")
    assert held("SALES") == before
    assert filled.get_project_git().log() == log
    assert filled.get_project_git().get_status()["clean"]

    dss.save("SALES", tmp_path / "twice")
    dss.load(tmp_path / "twice", "AGAIN")
    assert held("AGAIN") == before
