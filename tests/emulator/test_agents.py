"""Agents and their tools."""

from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException


def test_agents_are_saved_models(project, folder):
    made = project.create_agent("a", "PYTHON_AGENT")
    settings = made.get_settings()
    assert settings.get_version_ids() == ["v1"]
    assert settings.get_raw()["activeVersion"] == "v1"
    settings.get_raw()["versions"][0]["code"] = "x = 1"
    settings.get_raw()["name"] = "other"
    settings.save()
    raw = made.get_settings().get_raw()
    assert (raw["name"], raw["versions"][0]["code"]) == ("a", "x = 1")
    assert '"inlineVersions"' in folder(f"saved_models/{made.id}.json")
    assert [item.id for item in project.list_agents()] == [made.id]
    assert [item["id"] for item in project.list_saved_models()] == [made.id]
    assert project.get_saved_model(made.id).get_active_version()["id"] == "v1"
    model = project.create_mlflow_pyfunc_model("m", "REGRESSION")
    assert model.list_versions() == []
    assert model.get_active_version() is None
    with pytest.raises(DataikuException, match="agent does not exist"):
        project.get_agent(model.sm_id).get_settings()
    with pytest.raises(DataikuException, match="Unknown agent type"):
        project.create_agent("a", "NONSENSE")
    made.delete()
    assert project.list_agents() == []


def test_agent_tools(project, folder):
    made = project.new_agent_tool("VectorStoreSearch", name="t", id="mine").create()
    assert made.id == "mine"
    settings = made.get_settings()
    settings.get_raw()["params"] = {"knowledgeBankRef": "x"}
    settings.save()
    assert made.get_settings().get_raw()["params"] == {"knowledgeBankRef": "x"}
    assert [item.id for item in project.list_agent_tools()] == ["mine"]
    assert '"type": "VectorStoreSearch"' in folder("agent-tools/mine.json")
    with pytest.raises(DataikuException, match="already exists"):
        project.new_agent_tool("VectorStoreSearch", name="t", id="mine").create()
    with pytest.raises(DataikuException, match="Invalid agent tool id"):
        project.new_agent_tool("VectorStoreSearch", name="t", id="../x").create()
    made.delete()
    assert project.list_agent_tools() == []
