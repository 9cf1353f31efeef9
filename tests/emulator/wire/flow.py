"""Operations on zones and scenarios."""

from __future__ import annotations

from .operations import operation


@operation("list_scenarios")
def _(w):
    assert [item["id"] for item in w.project.list_scenarios()] == ["S"]


@operation("create_scenario step_based")
def _(w):
    definition = {"params": {"steps": []}, "tags": ["a"]}
    made = w.project.create_scenario("My scenario", "step_based", definition)
    assert made.get_settings().get_raw()["tags"] == ["a"]


@operation("scenario settings step_based")
def _(w):
    settings = w.scenario.get_settings()
    settings.active = True
    settings.add_periodic_trigger()
    settings.raw_steps.append({"id": "b", "name": "b", "type": "build_flowitem", "params": {}})
    settings.save()
    assert w.scenario.get_settings().raw_triggers[0]["type"] == "temporal"


@operation("scenario settings custom_python")
def _(w):
    made = w.project.create_scenario("PY", "custom_python")
    settings = made.get_settings()
    settings.code = "print()"
    settings.save()
    assert made.get_settings().code == "print()"


@operation("scenario.run")
def _(w):
    fired = w.scenario.run()
    assert fired.get_scenario_run().outcome == "SUCCESS"  # it has no steps


@operation("scenario.delete")
def _(w):
    w.scenario.delete()
    assert w.project.list_scenarios() == []


@operation("flow.list_zones")
def _(w):
    assert {zone.name for zone in w.project.get_flow().list_zones()} == {"Default", "Z"}


@operation("flow.create_zone")
def _(w):
    assert w.project.get_flow().create_zone("Y").color == "#2ab1ac"


@operation("zone settings")
def _(w):
    settings = w.zone.get_settings()
    settings.name, settings.color = "Z2", "#000000"
    settings.save()
    assert w.project.get_flow().get_zone(w.zone.id).name == "Z2"


@operation("zone.add_items")
def _(w):
    w.zone.add_items([w.project.get_dataset("D"), w.recipe])
    assert w.project.get_dataset("D").get_zone().id == w.zone.id


@operation("zone.add_shared / remove_shared")
def _(w):
    w.zone.add_shared(w.project.get_dataset("D"))
    assert len(w.project.get_flow().get_zone(w.zone.id).shared) == 1
    w.zone.remove_shared(w.project.get_dataset("D"))
    assert w.project.get_flow().get_zone(w.zone.id).shared == []


@operation("zone.delete")
def _(w):
    w.zone.delete()
    assert [zone.id for zone in w.project.get_flow().list_zones()] == ["default"]
