"""Objects of the instance: users, groups, keys, environments, settings."""

from __future__ import annotations

import pytest
from dataikuapi.dss.admin import DSSGlobalApiKeyDefinition
from dataikuapi.utils import DataikuException

from dssdsl.emulator import Emulator, User


def test_users(client, dss):
    made = client.create_user("bob", "secret", "Bob", groups=["b", "a", "a"], email="b@x.org")
    settings = made.get_settings()
    assert settings.get_raw()["groups"] == ["a", "b"]
    assert settings.get_raw()["enabled"] is True
    assert not [key for key in settings.get_raw() if "assword" in key]
    settings.get_raw()["displayName"] = "Robert"
    settings.save()
    assert made.get_info().get_raw()["displayName"] == "Robert"
    assert made.get_settings().get_raw()["creationDate"] > 0
    assert "bob" in [each["login"] for each in client.list_users()]
    for login, password, why in (
        ("bob", "secret", "already exists"),
        ("b", "secret", "Invalid login"),
        ("a b c", "secret", "Invalid login"),
        ("carol", "four", "too short"),
    ):
        with pytest.raises(DataikuException, match=why):
            client.create_user(login, password)
    made.delete()
    with pytest.raises(DataikuException, match="NotFoundException"):
        made.get_settings()
    with pytest.raises(DataikuException, match="may not delete yourself"):
        client.get_user("admin").delete()


def test_many_users_at_once(client):
    done = client.create_users([{"login": "bob", "password": "secret"}, {"login": "x"}])
    assert [each["status"] for each in done] == ["SUCCESS", "FAILURE"]
    (done,) = client.edit_users([{"login": "bob", "email": "b@x.org"}])
    assert done["status"] == "SUCCESS"
    assert client.get_user("bob").get_settings().get_raw()["email"] == "b@x.org"
    done = client.delete_users(["bob", "nobody"])
    assert [each["status"] for each in done] == ["SUCCESS", "FAILURE"]


def test_ones_own_user(connect, dss):
    dss.keys["bob"] = User("bob", admin=False)
    dss.instance.users["bob"] = {"login": "bob", "groups": ["a"], "userProfile": "READER"}
    dss.instance.users["bob"] |= {"enabled": True, "sourceType": "LOCAL"}
    own = connect(dss, "bob").get_own_user().get_settings()
    own.get_raw().update({"displayName": "Bob", "groups": ["administrators"]})
    own.save()
    assert dss.instance.users["bob"]["displayName"] == "Bob"
    assert dss.instance.users["bob"]["groups"] == ["a"]


def test_groups_get_their_rights_by_a_second_request(client):
    made = client.create_group("g", "What for")
    definition = made.get_definition()
    assert definition["mayCreateCodeEnvs"] is False
    made.set_definition({**definition, "mayCreateCodeEnvs": True, "mayFly": True})
    assert made.get_definition()["mayCreateCodeEnvs"] is True
    assert "mayFly" not in made.get_definition()
    client.create_user("bob", "secret", groups=["g"])
    with pytest.raises(DataikuException, match="already exists"):
        client.create_group("g")
    made.delete()
    assert client.get_user("bob").get_settings().get_raw()["groups"] == []


def test_code_environments(client):
    made = client.create_code_env(
        "PYTHON", "e", "DESIGN_MANAGED", {"pythonInterpreter": "PYTHON310"}
    )
    settings = made.get_settings()
    assert settings.get_raw()["desc"]["pythonInterpreter"] == "PYTHON310"
    assert settings.get_raw()["desc"]["corePackagesSet"] == "PANDAS23"
    settings.set_required_packages("numpy")
    settings.get_raw()["allContainerConfs"] = False
    settings.get_raw()["nonsense"] = 1
    settings.save()
    again = made.get_settings().get_raw()
    assert again["specPackageList"] == "numpy"
    assert again["desc"]["allContainerConfs"] is False
    assert "nonsense" not in again
    (warning,) = made.update_packages()["messages"]["messages"]
    assert warning["message"] == "The emulator installs no packages"
    made.set_jupyter_support(active=True)
    assert made.get_settings().get_raw()["desc"]["installJupyterSupport"] is True
    with pytest.raises(DataikuException, match="already exists"):
        client.create_code_env("PYTHON", "e", "DESIGN_MANAGED")
    assert client.create_code_env("PYTHON", "f", "DESIGN_MANAGED", wait=False).get_result()
    made.delete()
    assert [each["envName"] for each in client.list_code_envs()] == ["py311", "f"]


def test_usages_of_a_code_environment(client, project):
    params = {"envSelection": {"envMode": "EXPLICIT_ENV", "envName": "py311"}}
    prototype = {"type": "python", "name": "r", "params": params, "inputs": {}, "outputs": {}}
    project.create_recipe(prototype, {"rawCreation": True})
    (found,) = client.get_code_env("PYTHON", "py311").list_usages()
    assert (found["projectKey"], found["objectId"]) == ("SALES", "r")
    client.create_code_env("PYTHON", "other", "DESIGN_MANAGED")
    assert client.get_code_env("PYTHON", "other").list_usages() == []
    assert client.list_code_env_usages() == [found]


def test_global_keys_work_until_they_are_deleted(client, connect, dss, project):
    made = client.create_global_api_key("k", admin=True)
    other = connect(dss, made.key)
    assert other.get_auth_info()["authIdentifier"] == f"api:{made.id_}"
    assert other.list_project_keys() == ["SALES"]
    (listed,) = client.list_global_api_keys()
    assert listed["key"] == ""
    definition = client.get_global_api_key_by_id(made.id_).get_definition()
    definition["globalPermissions"] = {"admin": False}
    definition["projects"] = {"SALES": {"readProjectContent": True}}
    made.set_definition(definition)
    assert other.get_project("SALES").get_variables()
    with pytest.raises(DataikuException, match="writeProjectContent is needed"):
        other.get_project("SALES").set_variables({"standard": {}, "local": {}})
    with pytest.raises(DataikuException, match="not admin"):
        other.list_global_api_keys()
    assert isinstance(definition, (dict, DSSGlobalApiKeyDefinition))
    assert client.get_global_api_key(made.key).id_ == made.id_
    made.delete()
    with pytest.raises(DataikuException, match="Unknown API Key"):
        other.list_project_keys()


def test_personal_keys(client, connect, dss):
    made = client.create_personal_api_key("mine")
    assert connect(dss, made["key"]).get_auth_info()["authIdentifier"] == "admin"
    assert [each["id"] for each in client.list_personal_api_keys()] == [made["id"]]
    client.get_personal_api_key(made["id"]).delete()
    assert client.list_personal_api_keys() == []


def test_general_settings_drop_unknown_keys(client):
    settings = client.get_general_settings()
    settings.get_raw()["maxRunningActivities"] = 7
    settings.get_raw()["nonsense"] = 1
    settings.save()
    again = client.get_general_settings().get_raw()
    assert again["maxRunningActivities"] == 7
    assert "nonsense" not in again


def test_instance_variables(client):
    variables = client.get_global_variables()
    variables["a"] = 1
    variables.save()
    assert client.get_global_variables() == {"a": 1}


def test_secrets_of_connections_are_encrypted_with_every_save(client):
    params = {"host": "h", "password": "p", "properties": [{"name": "n", "value": "v"}]}
    made = client.create_connection("pg2", "PostgreSQL", params)
    first = made.get_settings().get_raw()["params"]
    assert first["password"].startswith("e:AES:")
    assert first["host"] == "h"
    assert first["properties"] == params["properties"]
    made.get_settings().save()
    assert made.get_settings().get_raw()["params"]["password"] != first["password"]


def test_meanings_have_no_delete(client):
    made = client.create_meaning("m", "M", "VALUES_LIST", values=[{"value": "a"}])
    definition = made.get_definition()
    made.set_definition({**definition, "label": "Better"})
    assert [each.get_definition()["label"] for each in [made]] == ["Better"]
    assert client.list_meanings()[0]["id"] == "m"
    with pytest.raises(DataikuException, match="'DELETE' not supported"):
        client._perform_empty("DELETE", "/meanings/m")


def test_messaging_channels(client):
    made = client.create_messaging_channel("smtp", "mail", {"sender": "a@x.org"})
    settings = made.get_settings()
    settings.get_raw()["sender"] = "b@x.org"
    settings.save()
    assert made.get_settings().get_raw()["sender"] == "b@x.org"
    assert [each.id for each in client.list_messaging_channels(channel_family="mail")] == ["mail"]
    assert client.list_messaging_channels(channel_type="slack") == []
    made.delete()
    assert client.list_messaging_channels() == []


def test_project_folders_move_and_change(client):
    root = client.get_root_project_folder()
    one, two = root.create_sub_folder("one"), root.create_sub_folder("two")
    settings = one.get_settings()
    settings.set_name("better")
    settings.set_owner("bob")
    settings.save()
    assert client.get_project_folder(one.id).get_name() == "better"
    assert one.get_settings().get_owner() == "bob"
    one.move_to(two)
    assert client.get_project_folder(one.id).get_path() == "/two/better"
    with pytest.raises(DataikuException, match="cannot be moved"):
        two.move_to(one)


def test_licence_and_plugins(connect):
    with Emulator(plugins={"geo": "1.2.0"}) as dss:
        client = connect(dss)
        assert "EC2" in client.get_licensing_status()["features"]["allowedConnectionTypes"]
        assert client.list_plugins() == [{"id": "geo", "version": "1.2.0", "isDev": False}]


def test_the_instance_survives_a_restart(tmp_path, connect):
    with Emulator(tmp_path) as first:
        key = connect(first).create_global_api_key("k", admin=True).key
        connect(first).create_group("g")
    with Emulator(tmp_path) as second:
        assert "g" in [each["name"] for each in connect(second, key).list_groups()]


def test_users_without_admin_rights_change_nothing(connect, dss):
    dss.keys["bob"] = User("bob", admin=False)
    bob = connect(dss, "bob")
    for act in (
        lambda: bob.create_user("x", "secret"),
        lambda: bob.create_group("g"),
        lambda: bob.create_code_env("PYTHON", "e", "DESIGN_MANAGED"),
        lambda: bob.create_global_api_key("k"),
        bob.get_general_settings,
        lambda: bob.get_code_env("PYTHON", "py311").delete(),
    ):
        with pytest.raises(DataikuException, match="you are not admin"):
            act()


def test_secrets_and_credentials_of_users(client, connect, dss):
    """
    Secrets of a user are never returned, whoever saved them.
    """
    client.create_user("bob", "secret")
    settings = client.get_user("bob").get_settings()
    settings.add_secret("token", "s3cret")
    settings.set_basic_connection_credential("warehouse", "bob", "pa55")
    settings.save()
    again = client.get_user("bob").get_settings().get_raw()
    (secret,) = again["secrets"]
    assert (secret["name"], secret["secret"]) == ("token", True)
    assert secret["value"].startswith("e:AES:")
    credential = again["credentials"]["warehouse"]
    assert (credential["type"], credential["user"]) == ("BASIC", "bob")
    assert credential["password"].startswith("e:AES:")
    assert "s3cret" not in (dss.root / "instance.json").read_text()
    assert "pa55" not in (dss.root / "instance.json").read_text()

    own = client.get_own_user().get_settings()
    own.add_secret("mine", "s3cret")
    own.user_properties["a"] = "b"
    own.save()
    assert client.get_own_user().get_settings().user_properties == {"a": "b"}
    assert "s3cret" not in (dss.root / "instance.json").read_text()
    own.remove_secret("mine")
    own.save()
    assert client.get_own_user().get_settings().get_raw()["secrets"] == []


def test_public_parts_of_users_and_groups(client, connect, dss):
    dss.keys["bob"] = User("bob", admin=False)
    assert "readers" in [each.name for each in connect(dss, "bob").list_groups_info()]
    assert client.get_user("admin").get_activity().last_successful_login is None
    assert [each.login for each in client.list_users_activity()] == ["admin"]


def test_personal_keys_of_others(client, connect, dss):
    client.create_user("bob", "secret")
    made = client.create_personal_api_key_for_user("bob", "his", as_type="dict")
    bob = connect(dss, made["key"])
    assert bob.get_auth_info()["authIdentifier"] == "bob"
    assert [each.user for each in client.list_all_personal_api_keys()] == ["bob"]
    own = bob.get_personal_api_key(made["id"])
    own.set_definition({**own.get_definition(), "label": "mine", "user": "admin"})
    assert (own.get_definition()["label"], own.get_definition()["user"]) == ("mine", "bob")
    with pytest.raises(DataikuException, match="user does not exist"):
        client.create_personal_api_key_for_user("nobody")
