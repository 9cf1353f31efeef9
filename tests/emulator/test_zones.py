"""Zones: objects that share one, and the default zone."""

from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException

from .test_datasets import managed
from .test_recipes import raw


@pytest.fixture
def flow(project):
    for name in ("a", "b", "c"):
        managed(project, name)
    raw(project, "r", "python", ["a"], ["b", "c"], "")
    return project


def items(project, zone):
    raw_items = project.get_flow().get_zone(zone)._raw["items"]
    return sorted(each["objectId"] for each in raw_items)


def test_the_default_zone_exists_and_is_empty(flow):
    (zone,) = flow.get_flow().list_zones()
    assert (zone.id, zone._raw["items"]) == ("default", [])
    assert flow.get_dataset("a").get_zone().id == "default"


def test_the_first_zone_creates_the_default_zones_file(flow, folder, dss):
    zone = flow.get_flow().create_zone("Raw", "#ff0000")
    assert len(zone.id) == 7
    assert '"name": "Default"' in folder("zones/default.json")
    zone.delete()
    assert not (dss.root / "projects/SALES/zones/default.json").exists()


def test_a_dataset_moves_with_its_recipe_and_the_other_outputs(flow):
    zone = flow.get_flow().create_zone("Raw")
    flow.get_dataset("b").move_to_zone(zone.id)
    assert items(flow, zone.id) == ["b", "c", "r"]
    other = flow.get_flow().create_zone("Other")
    flow.get_recipe("r").move_to_zone(other.id)
    assert items(flow, zone.id) == []
    assert items(flow, other.id) == ["b", "c", "r"]
    assert flow.get_dataset("c").get_zone().id == other.id
    flow.get_dataset("a").move_to_zone(other.id)
    flow.get_dataset("c").move_to_zone("default")
    assert items(flow, other.id) == ["a"]
    assert items(flow, "default") == []


def test_a_new_recipe_is_in_the_zone_of_its_outputs(flow):
    zone = flow.get_flow().create_zone("Raw")
    managed(flow, "d")
    zone.add_item(flow.get_dataset("d"))
    raw(flow, "s", "sync", ["a"], ["d"], "")
    assert items(flow, zone.id) == ["d", "s"]


def test_a_zone_is_replaced_as_a_whole(flow):
    zone = flow.get_flow().create_zone("Raw")
    settings = zone.get_settings()
    settings.name, settings.color = "New", "#123456"
    settings.get_raw()["items"] = [{"objectId": "a", "objectType": "DATASET"}]
    settings.save()
    again = flow.get_flow().get_zone(zone.id)
    assert (again.name, again.color) == ("New", "#123456")
    assert flow.get_dataset("a").get_zone().id == zone.id


def test_sharing(flow):
    zone = flow.get_flow().create_zone("Raw")
    zone.add_shared(flow.get_dataset("a"))
    assert [each.dataset_name for each in zone.shared] == ["a"]
    zone.remove_shared(flow.get_dataset("a"))
    assert zone._raw["shared"] == []


def test_refused_requests(flow):
    with pytest.raises(DataikuException, match="cannot be deleted"):
        flow.get_flow().get_default_zone().delete()
    with pytest.raises(DataikuException, match="default zone"):
        flow.get_flow().get_default_zone().get_graph()
    zone = flow.get_flow().create_zone("Raw")
    with pytest.raises(DataikuException, match=r"dataset does not exist: SALES\.gone"):
        zone.add_item(flow.get_dataset("gone"))


def test_the_graph(flow):
    graph = flow.get_flow().get_graph()
    assert [each["ref"] for each in graph.get_source_computables()] == ["a"]
    successors = graph.get_successor_computables("r")
    assert sorted(each["ref"] for each in successors) == ["b", "c"]
    zone = flow.get_flow().create_zone("Raw")
    flow.get_recipe("r").move_to_zone(zone.id)
    assert sorted(zone.get_graph().nodes) == ["b", "c", "r"]


def test_messages_of_the_commits(flow, messages):
    zone = flow.get_flow().create_zone("Raw")
    flow.get_dataset("b").move_to_zone(zone.id)
    zone.delete()
    assert messages()[:3] == [
        f"Deleted flow zone SALES.{zone.id}",
        f"Moved 3 items to zone: {zone.id}",
        "Created a new zone:Raw",
    ]
