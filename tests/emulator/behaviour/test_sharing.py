from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException

from tests.emulator.test_datasets import managed
from tests.emulator.test_recipes import raw


def test_a_job_on_a_dataset_without_a_recipe_builds_nothing(project):
    managed(project, "a")
    assert project.get_dataset("a").build(job_type="RECURSIVE_BUILD")
    raw(project, "r", "python", [], ["a"], "")
    with pytest.raises(DataikuException, match="FAILED"):
        project.get_dataset("a").build(job_type="RECURSIVE_BUILD")


def test_a_shared_dataset_keeps_its_rule_and_is_listed_elsewhere(project, client):
    managed(project, "a")
    other = client.create_project("OTHER", "Other", "admin")
    settings = project.get_settings()
    settings.add_exposed_object("DATASET", "a", "OTHER")
    settings.save()
    (item,) = project.get_settings().get_raw()["exposedObjects"]["objects"]
    assert (item["type"], item["localName"]) == ("DATASET", "a")
    assert item["rules"][0]["targetProject"] == "OTHER"
    raw(other, "r", "sync", ["SALES.a"], [], "")
    assert other.get_recipe("r").get_settings().get_flat_input_refs() == ["SALES.a"]
    assert [each.name for each in other.list_datasets(include_shared=True)] == ["a"]
