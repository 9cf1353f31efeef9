"""Rights of keys and users: administrators, project keys, and users by their groups."""

from __future__ import annotations

import pytest
from dataikuapi import DSSClient
from dataikuapi.utils import DataikuException

from dssdsl.emulator import InProcess, User

ACTS = {
    "see": lambda project: project.get_summary(),
    "read": lambda project: project.list_datasets(),
    "dashboards": lambda project: project.list_dashboards(),
    "add a dashboard": lambda project: project.create_dashboard("d"),
    "run": lambda project: project.get_scenario("S").run(),
    "write": lambda project: project.set_variables(project.get_variables()),
    "permissions": lambda project: project.set_permissions(project.get_permissions()),
}
"""Requests by the right that each needs."""


@pytest.fixture
def may(dss, connect, project):
    """Return a function that returns the requests that a key may send."""
    project.create_scenario("S", "step_based")

    def may(key: str) -> list[str]:
        seen = connect(dss, key).get_project("SALES")
        return [name for name, act in ACTS.items() if _allowed(act, seen)]

    return may


def _allowed(act, project):
    try:
        act(project)
    except DataikuException as error:
        assert "UnauthorizedException" in str(error)  # noqa: PT017 - what is allowed is the result
        return False
    return True


@pytest.mark.parametrize(
    ("flags", "allowed"),
    [
        ([], []),
        (["readDashboards"], ["see", "dashboards"]),
        (["readProjectContent"], ["see", "read", "dashboards"]),
        (["runScenarios"], ["see", "run"]),
        (["writeProjectContent"], [*ACTS][:-1]),
        (["admin"], [*ACTS]),
    ],
)
@pytest.mark.parametrize("through", ["user", "group"])
def test_the_rights_of_users(dss, client, connect, project, may, flags, allowed, through):
    """
    A right of a user, or of one of their groups, includes the rights that it implies.
    """
    dss.keys["bobs"] = User("bob", admin=False)
    client.create_group("team")
    client.create_user("bob", "secret", groups=["team"])
    who = {"user": "bob"} if through == "user" else {"group": "team"}
    rights = project.get_permissions()
    rights["permissions"] = [{**who, **dict.fromkeys(flags, True)}]
    project.set_permissions(rights)

    assert may("bobs") == allowed
    assert connect(dss, "bobs").list_project_keys() == (["SALES"] if allowed else [])


def test_owners_have_all_rights(dss, client, project, may):
    dss.keys["bobs"] = User("bob", admin=False)
    rights = project.get_permissions()
    project.set_permissions({**rights, "owner": "bob"})

    assert may("bobs") == [*ACTS]


@pytest.mark.parametrize(
    ("rights", "allowed"),
    [
        ({}, []),
        ({"SALES": {"readProjectContent": True}}, ["see", "read", "dashboards"]),
        ({"SALES": {"writeProjectContent": True}}, [*ACTS][:-1]),
        ({"OTHER": {"admin": True}}, []),
    ],
)
def test_keys_of_projects(client, may, rights, allowed):
    """
    A global key has the rights that it lists for each project, and none in others.
    """
    client.create_project("OTHER", "Other", "admin")
    definition = {"label": "k", "projects": rights, "globalPermissions": {"admin": False}}
    made = client._perform_json("POST", "/admin/global-api-keys/", body=definition)

    assert may(made["key"]) == allowed


def test_project_keys_and_read_only_keys(dss, connect, may):
    dss.keys["some"] = User("bob", admin=False, projects={"SALES"})
    dss.keys["none"] = User("bob", admin=False, projects={"OTHER"})
    dss.keys["reader"] = User("carol", read_only=True)

    assert may("some") == [*ACTS]
    assert may("none") == []
    assert may("reader") == ["see", "read", "dashboards"]


def test_only_some_groups_may_create_projects(dss, client, connect):
    dss.keys["bobs"] = User("bob", admin=False)
    group = client.create_group("makers")
    client.create_user("bob", "secret", groups=["makers"])
    group.set_definition({**group.get_definition(), "mayCreateProjects": False})
    with pytest.raises(DataikuException, match="may not create new projects"):
        connect(dss, "bobs").create_project("MINE", "Mine", "bob")

    group.set_definition({**group.get_definition(), "mayCreateProjects": True})

    assert connect(dss, "bobs").create_project("MINE", "Mine", "bob").get_summary()
    group.set_definition({**group.get_definition(), "mayManageCodeEnvs": True})
    connect(dss, "bobs").get_code_env("PYTHON", "py311").delete()


@pytest.fixture
def acting(dss):
    """Return a function that returns an administrator's client acting for another user."""

    def acting(login: str) -> DSSClient:
        client = DSSClient("http://dss", "emulator", extra_headers={"X-DKU-ProxyUser": login})
        client._session.mount("http://dss", InProcess(dss))
        return client

    return acting


def test_a_group_of_administrators(dss, client, connect, acting):
    """
    A member of an administrators' group is an administrator, with a key of their own too.
    """
    group = client.create_group("chiefs")
    client.create_user("ann", "secret", groups=["chiefs"])
    ann = connect(dss, acting("ann").create_personal_api_key("k")["key"])
    with pytest.raises(DataikuException, match="you are not admin"):
        ann.list_connections()

    group.set_definition({**group.get_definition(), "admin": True})

    assert ann.list_connections()


def test_administrators_acting_for_a_user_have_the_users_rights(client, acting, project):
    client.create_user("bob", "secret")
    bob = acting("bob")
    assert bob.get_auth_info()["authIdentifier"] == "bob"
    with pytest.raises(DataikuException, match="Failed to read project permissions"):
        bob.get_project("SALES").get_summary()
    with pytest.raises(DataikuException, match="Unknown user: nobody"):
        acting("nobody").get_auth_info()


def test_keys_of_disabled_users_are_unknown(dss, client, connect, acting):
    client.create_user("bob", "secret")
    key = acting("bob").create_personal_api_key("k")["key"]
    assert connect(dss, key).get_auth_info()
    settings = client.get_user("bob").get_settings()
    settings.get_raw()["enabled"] = False
    settings.save()

    with pytest.raises(DataikuException, match="Unknown API Key"):
        connect(dss, key).get_auth_info()
