"""Scenarios: ids, padding, scripts."""

from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException

from .test_jobs import with_a_step


def build(**params):
    return {"type": "build_flowitem", "name": "build", "params": {"builds": [], **params}}


def saved(project, **parts):
    scenario = project.create_scenario("Nightly build", "step_based")
    settings = scenario.get_settings()
    for key, value in parts.items():
        (settings.get_raw()["params"] if key == "steps" else settings.get_raw())[key] = value
    settings.save()
    return scenario.get_settings().get_raw()


def test_the_id_is_the_sent_one_or_made_from_the_name(project):
    assert project.create_scenario("Nightly build", "step_based").id == "Nightly_build"
    assert project.create_scenario("x", "step_based", {"id": "MINE"}).id == "MINE"
    with pytest.raises(DataikuException, match="already exists"):
        project.create_scenario("Nightly build", "step_based")


def test_the_defaults_of_a_new_scenario(project):
    raw = project.create_scenario("s", "step_based").get_settings().get_raw()
    assert raw["active"] is False
    assert raw["params"] == {"steps": []}
    assert raw["rawParams"] == {"params": {"steps": []}}
    assert raw["delayedTriggersBehavior"]["squashDelayedTriggers"] is True


def test_steps_get_ids_and_defaults(project):
    (step,) = saved(project, steps=[build()])["params"]["steps"]
    assert step["id"]
    assert step["runConditionStatuses"] == ["SUCCESS", "WARNING"]
    assert step["params"]["jobType"] == "RECURSIVE_BUILD"
    assert step["params"]["proceedOnFailure"] is False


def test_unknown_values_of_scenarios(project):
    steps = [build(jobType="SOON", handleWarningsAs="PANIC")]
    (step,) = saved(project, steps=steps)["params"]["steps"]
    assert "jobType" not in step["params"]
    assert step["params"]["handleWarningsAs"] == "WARNING"
    settings = project.get_scenario("Nightly_build").get_settings()
    settings.raw_steps[0]["runConditionType"] = "SOMETIMES"
    with pytest.raises(DataikuException, match="NullPointerException"):
        settings.save()


def test_a_time_trigger_stores_when_it_was_changed(project):
    trigger = {"type": "temporal", "active": True, "params": {"frequency": "Daily", "hour": 3}}
    (stored,) = saved(project, triggers=[trigger])["triggers"]
    assert stored["params"]["monthlyRunOn"] == "ON_THE_DAY"
    assert stored["params"]["lastUpdate"] > 0
    assert stored["delay"] == 5
    settings = project.get_scenario("Nightly_build").get_settings()
    settings.save()
    assert (
        settings.raw_triggers == project.get_scenario("Nightly_build").get_settings().raw_triggers
    )


def test_light_drops_steps_silently(project, client):
    saved(project, steps=[build()])
    path = "/projects/SALES/scenarios/Nightly_build/light"
    client._perform_json("PUT", path, body={"active": True, "params": {"steps": []}})
    raw = project.get_scenario("Nightly_build").get_settings().get_raw()
    assert raw["active"] is True
    assert len(raw["params"]["steps"]) == 1


def test_the_list_is_light(project):
    saved(project, steps=[build()])
    (item,) = project.list_scenarios()
    assert item["id"] == "Nightly_build"
    assert not {"params", "triggers", "versionTag"} & set(item)


def test_scripts_are_stored_as_sent(project, folder):
    scenario = project.create_scenario("py", "custom_python")
    assert "Scenario" in scenario.get_settings().code
    settings = scenario.get_settings()
    settings.code = "x = 1  \r\n"
    settings.save()
    assert scenario.get_settings().code == "x = 1  \r\n"
    assert folder("scenarios/py.py") == "x = 1  \r\n"


def test_messages_of_the_commits(project, messages):
    saved(project)
    project.get_scenario("Nightly_build").delete()
    assert messages()[:3] == [
        "Deleted scenario SALES.Nightly_build",
        "Saved scenario SALES.Nightly build (id: Nightly_build)",
        "Created scenario SALES.Nightly_build",
    ]


def test_runs_fail_as_the_emulator_computes_nothing(project):
    scenario = with_a_step(project.create_scenario("s", "step_based"))
    run = scenario.run().wait_for_scenario_run()
    assert run.outcome == "FAILED"
    with pytest.raises(DataikuException, match="FAILED"):
        project.start_job_and_wait(
            {"type": "RECURSIVE_BUILD", "outputs": [{"type": "DATASET", "id": "x"}]}
        )
