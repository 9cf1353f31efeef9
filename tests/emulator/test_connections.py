"""Connections, code environments, groups, users and project folders."""

from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException

from .test_datasets import managed


def test_a_new_connection(client):
    raw = client.create_connection("pg", "PostgreSQL", {"host": "h"}).get_settings().get_raw()
    assert raw == {
        "name": "pg",
        "type": "PostgreSQL",
        "params": {"host": "h"},
        "allowWrite": True,
        "allowManagedDatasets": True,
        "allowManagedFolders": False,
        "usableBy": "ALL",
        "allowedGroups": [],
        "detailsReadability": {"readableBy": "NONE", "allowedGroups": []},
        "credentialsMode": "GLOBAL",
        "maxActivities": 0,
        "useGlobalProxy": False,
        "indexingSettings": raw["indexingSettings"],
    }
    assert client.get_connection("pg").test()["connectionOK"] is True
    with pytest.raises(DataikuException, match="already exists"):
        client.create_connection("pg", "PostgreSQL", {})


def test_a_connection_in_use_can_be_deleted(client, project):
    managed(project, "d")
    client.get_connection("filesystem_managed").delete()
    assert project.get_dataset("d").exists()


def test_users_without_admin_rights_see_names_of_connections(dss, client, connect):
    assert "lake" in client.list_connections_names("all")
    assert client.list_connections_names("EC2") == ["lake"]
    assert client.get_connection("lake").get_info().get_type() == "EC2"


def test_settings_beside_the_description_of_an_environment_win(client):
    """
    Some settings exist both in the description and beside it; those beside it win.
    """
    made = client.create_code_env("PYTHON", "e", "DESIGN_MANAGED", {})
    settings = made.get_settings()
    desc = settings.get_raw()["desc"]
    assert (desc["installCorePackages"], desc["corePackagesSet"]) == (False, "PANDAS23")
    assert (desc["installJupyterSupport"], desc["allContainerConfs"]) == (False, True)
    desc["allContainerConfs"] = False
    settings.get_raw()["containerConfs"] = ["k8s"]
    settings.save()
    again = made.get_settings().get_raw()
    assert again["allContainerConfs"] is again["desc"]["allContainerConfs"] is True
    assert again["containerConfs"] == again["desc"]["containerConfs"] == ["k8s"]


def test_requested_packages_are_not_installed(client):
    made = client.create_code_env("PYTHON", "e", "DESIGN_MANAGED", {})
    for packages in ("numpy\npandas", "polars"):
        settings = made.get_settings()
        settings.set_required_packages(*packages.splitlines())
        settings.save()
    made.update_packages()
    raw = made.get_settings().get_raw()
    assert (raw["specPackageList"], raw["actualPackageList"]) == ("polars", "")
    (listed,) = [each for each in client.list_code_envs() if each["envName"] == "e"]
    assert listed["isUptodate"] is False


def test_a_new_group(client):
    raw = client.create_group("g").get_definition()
    assert raw["ldapGroupNames"] == []
    assert raw["admin"] is False
    for name in ("a b", "x" * 81, ""):
        with pytest.raises(DataikuException, match="Invalid group name"):
            client.create_group(name)


def test_project_folders_keep_their_ids(client):
    root = client.get_root_project_folder()
    assert root.id == "ROOT"
    child = root.create_sub_folder("Team")
    other = root.create_sub_folder("Other")
    settings = child.get_settings()
    settings.get_raw()["name"] = "Squad"
    settings.save()
    child.move_to(other)
    assert client.get_project_folder(child.id).get_path() == "/Other/Squad"
    with pytest.raises(DataikuException, match="not empty"):
        other.delete()
