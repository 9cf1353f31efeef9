from __future__ import annotations

import pytest

from dssdsl.lang.overlay import overlay, plain
from dssdsl.lang.values import Initial
from dssdsl.resources.scenarios import triggers
from dssdsl.resources.scenarios.scenario import Scenario
from dssdsl.resources.scenarios.triggers import (
    Daily,
    Hourly,
    Minutely,
    Monthly,
    OnDatasetChange,
    Weekly,
)
from tests.resources.deploying import program

from .parts import TRIGGER, mistake, trigger


@pytest.mark.parametrize(
    ("made", "params"),
    [
        (Daily("02:05"), {"frequency": "Daily", "repeatFrequency": 1, "hour": 2, "minute": 5}),
        (
            Weekly(["Monday", "Friday"], "23:59", every=2),
            {
                "frequency": "Weekly",
                "repeatFrequency": 2,
                "daysOfWeek": ["Monday", "Friday"],
                "hour": 23,
                "minute": 59,
            },
        ),
        (
            Monthly("3:00", run_on="LAST_WEEK", starting_from="2026-01-31"),
            {
                "frequency": "Monthly",
                "repeatFrequency": 1,
                "monthlyRunOn": "LAST_WEEK",
                "startingFrom": "2026-01-31",
                "hour": 3,
                "minute": 0,
            },
        ),
        (Hourly(minute=15, every=4), {"frequency": "Hourly", "repeatFrequency": 4, "minute": 15}),
        (Minutely(), {"frequency": "Minutely", "repeatFrequency": 15}),
    ],
)
def test_triggers_of_time(made, params, monkeypatch):
    monkeypatch.setattr(triggers, "today", lambda: "2026-02-03")
    with program():
        found = trigger(made)

    expected = {"timezone": "SERVER", "startingFrom": Initial("2026-02-03"), **params}
    assert found["params"] == expected
    assert found["active"] == Initial(True)


def test_a_trigger_of_data():
    with program():
        found = trigger(
            OnDatasetChange("A", check_every=60, grace_delay=30, all=True, active=False)
        )

    assert plain(found) == {
        "type": "ds_modified",
        "active": False,
        "delay": 60,
        "graceDelaySettings": {"delay": 30, "checkAgainAfterGraceDelay": True},
        "params": {
            "watches": [{"type": "DATASET", "itemId": "A", "partitionsSpec": ""}],
            "triggerWhenAllFire": True,
        },
    }


@pytest.mark.parametrize(
    ("declare", "says"),
    [
        (lambda o: Daily(hour=2), 'write the time as HH:MM: Daily("02:00")'),
        (lambda o: Daily("2am"), "at must be HH:MM"),
        (lambda o: Daily("24:00"), "at must be HH:MM"),
        (lambda o: Scenario("S", steps=[], triggers=["0 2 * * *"]), 'Daily("02:00")'),
        (lambda o: Weekly("mon", "02:00"), 'did you mean "Monday"?'),
        (lambda o: Hourly(minute=60), "a minute from 0 to 59"),
        (lambda o: Daily("02:00", starting_from="tomorrow"), "YYYY-MM-DD"),
    ],
)
def test_the_error_of_a_mistake_shows_what_to_write(declare, says):
    assert says in mistake(declare)


def test_a_trigger_that_somebody_switched_off_stays_off():
    shape = Scenario.shape()
    live = {"triggers": [{**TRIGGER, "active": False}]}
    with program():
        wanted = Scenario("S", adopt=True, triggers=Daily("04:00")).document()

    (after,) = overlay(live, wanted, shape)["triggers"]

    assert (after["id"], after["active"], after["params"]["hour"]) == ("8lxahVfd", False, 4)
    assert after["params"]["startingFrom"] == "2026-01-01"
