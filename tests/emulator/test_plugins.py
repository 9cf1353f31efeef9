"""Plugins and their settings."""

from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException

from dssdsl.emulator import Emulator, User


def test_settings_of_plugins(tmp_path, connect):
    with Emulator(tmp_path, plugins={"geo": "1.2.0"}) as dss:
        client = connect(dss)
        client.create_project("SALES", "Sales", "admin")
        plugin = client.get_plugin("geo")
        assert plugin.get_project_settings("SALES").start_save().get_result()
        settings = plugin.get_settings()
        assert settings.list_parameter_set_names() == []
        settings.set_code_env("py311")
        preset = {"name": "p", "type": "t", "pluginConfig": {"password": "secret", "x": 1}}
        settings.get_raw()["presets"].append(preset)
        settings.get_raw()["nonsense"] = 1
        settings.save()
        of_project = plugin.get_project_settings("SALES")
        of_project.get_raw()["presets"].append({"name": "own", "type": "t"})
        of_project.save()

    with Emulator(tmp_path, plugins={"geo": "1.2.0"}) as dss:
        again = connect(dss).get_plugin("geo").get_settings().get_raw()
        assert again["codeEnvName"] == "py311"
        assert again["presets"][0]["pluginConfig"]["x"] == 1
        assert again["presets"][0]["pluginConfig"]["password"].startswith("e:AES:")
        assert "nonsense" not in again
        own = connect(dss).get_plugin("geo").get_project_settings("SALES").get_raw()
        assert own == {
            "presets": [{"name": "own", "type": "t"}],
            "accessibleParameterSetDescs": [],
        }
        with pytest.raises(DataikuException, match="plugin does not exist"):
            connect(dss).get_plugin("no").get_settings()
        dss.keys["bob"] = User("bob", admin=False)
        with pytest.raises(DataikuException, match="you are not admin"):
            connect(dss, "bob").get_plugin("geo").get_settings()
