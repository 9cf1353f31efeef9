from __future__ import annotations


def test_every_frequency_keeps_all_its_fields(project):
    scenario = project.create_scenario("s", "step_based")
    settings = scenario.get_settings()
    params = {"frequency": "Monthly", "daysOfWeek": ["Monday"], "repeatFrequency": 2}
    settings.raw_triggers.append({"type": "temporal", "params": params})
    settings.save()
    (trigger,) = scenario.get_settings().raw_triggers
    assert trigger["params"]["daysOfWeek"] == ["Monday"]
    assert trigger["params"]["monthlyRunOn"] == "ON_THE_DAY"
    assert trigger["params"]["timezone"] == "SERVER"
    assert trigger["id"]


def test_job_types_of_the_ui_are_accepted(project):
    scenario = project.create_scenario("s", "step_based")
    settings = scenario.get_settings()
    for kind in ("FIND_OUTPUTS_RECURSIVE_BUILD", "REVERSE_FORCED_BUILD"):
        params = {"builds": [], "jobType": kind}
        settings.raw_steps.append({"type": "build_flowitem", "params": params})
    settings.save()
    kept = [each["params"]["jobType"] for each in scenario.get_settings().raw_steps]
    assert kept == ["FIND_OUTPUTS_RECURSIVE_BUILD", "REVERSE_FORCED_BUILD"]


def test_a_run_is_found_by_its_trigger(project):
    fired = project.create_scenario("s", "step_based").run()
    run = fired.wait_for_scenario_run()
    assert fired.run_id != run.id


def test_a_renamed_scenario_keeps_its_id(project):
    scenario = project.create_scenario("Nightly", "step_based")
    settings = scenario.get_settings()
    settings.get_raw()["name"] = "Daily"
    settings.save()
    assert scenario.get_settings().get_raw()["name"] == "Daily"
    assert [each["id"] for each in project.list_scenarios()] == ["Nightly"]


def test_a_scenario_is_replaced_as_a_whole(project):
    scenario = project.create_scenario("s", "step_based")
    settings = scenario.get_settings()
    settings.get_raw()["shortDesc"] = "x"
    settings.get_raw()["runAsUser"] = "bob"
    settings.save()
    assert scenario.get_settings().get_raw()["runAsUser"] == "bob"
    document = scenario.get_settings().get_raw()
    del document["shortDesc"], document["runAsUser"]
    project.client._perform_json("PUT", "/projects/SALES/scenarios/s", body=document)
    assert not {"shortDesc", "runAsUser"} & {*scenario.get_settings().get_raw()}
