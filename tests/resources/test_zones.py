from __future__ import annotations

from typing import Any

import pytest

from dssdsl.emulator import Emulator
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.values import Initial
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.managed_folders import ManagedFolder
from dssdsl.resources.projects import Project
from dssdsl.resources.scenarios.scenario import Scenario
from dssdsl.resources.zones import FlowZone
from tests.support.contract import ResourceContract

from .deploying import Deployed, faults, program

CONNECTION = "filesystem_managed"


class TestFlowZone(ResourceContract):
    cls = FlowZone
    name = "Sales"
    document = {
        "id": "FLVmtnf",
        "name": "Sales",
        "color": "#C82423",
        "items": [{"objectId": "ORDERS", "objectType": "DATASET"}],
        "shared": [],
        "tags": ["elt", "finance"],
        "customFields": {},
        "checklists": {"checklists": []},
    }
    edits = [
        ("color", "#087ABF", "update"),
        ("tags", ["elt"], "update"),
    ]

    def full(self) -> dict[str, Any]:
        return {"color": "#C82423", "tags": ["finance", "elt"]}


def test_resources_declared_inside_are_members():
    with program() as made:
        with FlowZone("Sales") as zone:
            inside = Dataset("A", connection=CONNECTION)
            folder = ManagedFolder("f")
            Scenario("S", steps=[])
        Dataset("B", connection=CONNECTION)
        by_name = Dataset("C", connection=CONNECTION, zone=zone)

        assert [*zone.members()] == [inside, by_name, folder]
        assert [i["objectType"] for i in zone.document()["items"]] == [
            "DATASET",
            "DATASET",
            "MANAGED_FOLDER",
        ]
        assert not faults(made)


def test_zones_nest_and_end():
    with program() as made:
        with FlowZone("Outer") as outer:
            with FlowZone("Inner") as inner:
                first = Dataset("A", connection=CONNECTION)
            second = Dataset("B", connection=CONNECTION)
        third = Dataset("C", connection=CONNECTION)

    assert (first.zone, second.zone, third.zone) == (inner, outer, None)
    assert not made.zones


def test_a_zone_without_members_says_nothing_of_them():
    with program():
        assert FlowZone("Sales").document() == {"name": "Sales", "color": Initial("#2ab1ac")}


def test_a_color_has_six_digits():
    with program() as made:
        FlowZone("Sales", color="red")

    assert 'color "red" is not a color' in str(made.errors[0])
    assert "#2ab1ac" in str(made.errors[0])


def test_nothing_is_put_into_a_zone_that_is_only_referred_to():
    with program() as made:
        Dataset("A", connection=CONNECTION, zone=FlowZone.existing("Old"))

        assert any('FlowZone("Old", adopt=True)' in fault for fault in faults(made))


def test_members_of_another_project_are_refused():
    with program() as made:
        zone = FlowZone("Sales")
        other = Project("Q", naming="any")
        Dataset("A", connection=CONNECTION, zone=zone, project=other)

        assert any("in another project" in fault for fault in faults(made))


@pytest.fixture
def emulator():
    with Emulator() as found:
        yield found


def zone_paths(deployed: Deployed) -> list[str]:
    return [line for line in deployed.writes() if "/zones" in line]


def test_a_zone_is_made_and_filled(emulator):
    with program() as made:
        with FlowZone("Sales", tags=["b", "a"]) as zone:
            Dataset("A", connection=CONNECTION)
            Dataset("B", connection=CONNECTION)
        deployed = Deployed(made, emulator)
        deployed.up()

        id = deployed.ids[zone.key]
        assert zone_paths(deployed) == [
            "POST /projects/P/flow/zones",
            f"PUT /projects/P/flow/zones/{id}",
            f"POST /projects/P/flow/zones/{id}/add-items",
        ]
        found = deployed.read(zone).document
        assert {i["objectId"] for i in found["items"]} == {"A", "B"}
        assert found["tags"] == ["a", "b"]
        deployed.up()
        assert not deployed.writes()


def test_a_removed_member_moves_to_the_default_zone_and_others_stay(emulator):
    with program() as made:
        with FlowZone("Sales") as zone:
            Dataset("A", connection=CONNECTION)
            Dataset("B", connection=CONNECTION)
        deployed = Deployed(made, emulator)
        deployed.up()
        deployed.writes()
        before = deployed.read(zone).document
        after = {**before, "items": before["items"][1:]}
        id = deployed.ids[zone.key]

        PROVIDERS["zone"].update(deployed.dss, "P", id, before, after, zone)

        assert deployed.writes() == ["POST /projects/P/flow/zones/default/add-items"]
        assert [i["objectId"] for i in deployed.read(zone).document["items"]] == ["B"]
        assert not deployed.differences(zone, before)


def test_other_peoples_members_of_a_zone_are_no_difference(emulator):
    with program() as made:
        with FlowZone("Sales") as zone:
            Dataset("A", connection=CONNECTION)
        Dataset("B", connection=CONNECTION)
        deployed = Deployed(made, emulator)
        deployed.up()
        deployed.dss.json(
            "POST",
            f"/projects/P/flow/zones/{deployed.ids[zone.key]}/add-items",
            [{"objectId": "B", "objectType": "DATASET"}],
        )

        assert not deployed.differences(zone, deployed.read(zone).document)


def test_a_new_name_is_one_request(emulator):
    with program() as made:
        with FlowZone("Sales") as zone:
            Dataset("A", connection=CONNECTION)
        deployed = Deployed(made, emulator)
        deployed.up()
        deployed.writes()
        before = deployed.read(zone).document
        after = {**before, "name": "Finance", "color": "#087ABF"}
        id = deployed.ids[zone.key]

        PROVIDERS["zone"].update(deployed.dss, "P", id, before, after, zone)

        assert deployed.writes() == [f"PUT /projects/P/flow/zones/{id}"]
        found = PROVIDERS["zone"].read(deployed.dss, "P", id)
        assert found.name == "Finance"
        assert found.document["items"] == before["items"]


def test_both_zones_of_one_name_are_listed(emulator):
    with program() as made:
        deployed = Deployed(made, emulator)
        deployed.up()
        for _ in range(2):
            deployed.dss.json(
                "POST", "/projects/P/flow/zones", {"name": "Sales", "color": "#087ABF"}
            )

        names = [live.name for live in PROVIDERS["zone"].list(deployed.dss, "P")]
        assert names.count("Sales") == 2


def test_a_deleted_zone_is_gone(emulator):
    with program() as made:
        zone = FlowZone("Sales")
        deployed = Deployed(made, emulator)
        deployed.up()
        id = deployed.ids[zone.key]

        PROVIDERS["zone"].delete(deployed.dss, "P", id, drop_data=False)

        assert PROVIDERS["zone"].read(deployed.dss, "P", id) is None
