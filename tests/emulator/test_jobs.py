"""Jobs and runs of scenarios: the emulator computes nothing, and says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from dataikuapi.utils import DataikuException

from .test_datasets import managed
from .test_recipes import raw


def with_a_step(scenario):
    settings = scenario.get_settings()
    settings.raw_steps.append({"type": "build_flowitem", "params": {"builds": []}})
    settings.save()
    return scenario


@pytest.fixture
def built(project):
    managed(project, "a")
    managed(project, "b")
    raw(project, "compute_b", "sync", ["a"], ["b"])
    return project


def test_a_build_fails_with_a_reason(built, client):
    with pytest.raises(Exception, match="Status: FAILED"):
        built.get_dataset("b").build()
    (item,) = built.list_jobs()
    job = built.get_job(item["def"]["id"])
    status = job.get_status()["baseStatus"]
    assert status["state"] == "FAILED"
    (activity,) = status["activities"].values()
    assert (activity["recipeName"], activity["state"]) == ("compute_b", "FAILED")
    why = "The emulator computes nothing: b was not built, recipe compute_b was not run"
    assert activity["firstFailure"]["message"] == why
    assert job.get_log() == f"{why}\n"
    job.abort()
    assert built.list_running_jobs() == client.list_running_jobs() == []
    assert built.get_dataset("b").get_info().get_raw().get("lastBuild") is None
    for missing in (built.get_job("no").get_status, built.get_job("no").get_log):
        with pytest.raises(DataikuException, match="job does not exist"):
            missing()


def test_a_run_of_a_scenario_fails_and_is_kept(built, dss):
    scenario = with_a_step(built.create_scenario("S", "step_based"))
    dss.clock.stop(1_700_000_000)
    with pytest.raises(DataikuException, match="Scenario run returned status FAILED"):
        scenario.run_and_wait()
    run = scenario.run_and_wait(no_fail=True)
    assert (run.outcome, run.running) == ("FAILED", False)
    assert "computes nothing" in run.get_info()["result"]["thrown"]["message"]
    assert run.get_log() == "The emulator computes nothing\n"
    assert run.get_details().steps == []
    newest, first = scenario.get_last_runs()
    assert (newest.id, first.id) == (run.id, "2023-11-14-22-13-20-000")
    assert scenario.get_last_runs(limit=1)[0].id == run.id
    assert scenario.get_run(first.id).id == first.id
    assert scenario.get_last_finished_run().id == run.id
    day = datetime(2023, 11, 14, tzinfo=UTC)
    assert len(scenario.get_runs_by_date(day, day + timedelta(days=1))) == 2
    assert scenario.get_runs_by_date(day - timedelta(days=1), day) == []
    scenario.abort()
    with pytest.raises(DataikuException, match="scenario run does not exist"):
        scenario.get_run("no")


def test_the_id_of_a_firing_is_not_a_run(built):
    scenario = built.create_scenario("S", "step_based")
    fired = scenario.run({"a": 1})
    assert fired.get_scenario_run().get_info()["trigger"]["params"] == {"a": 1}
    assert fired.is_cancelled(refresh=True) is False
    with pytest.raises(DataikuException, match="scenario run does not exist"):
        scenario.get_trigger_fire("manual", "no")


def test_the_testing_status_counts_last_runs(built):
    scenarios = [with_a_step(built.create_scenario(name, "step_based")) for name in "STU"]
    for scenario in scenarios[:2]:
        settings = scenario.get_settings()
        settings.get_raw()["markedAsTest"] = True
        settings.save()
    assert built.get_testing_status().nb_total_ran_scenarios == 0
    for scenario in (scenarios[0], scenarios[0], scenarios[2]):
        scenario.run_and_wait(no_fail=True)
    status = built.get_testing_status()
    assert (status.nb_total_ran_scenarios, status.nb_scenarios_per_outcome) == (1, {"FAILED": 1})
