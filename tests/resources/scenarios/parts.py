"""Parts that the tests of scenarios share."""

from __future__ import annotations

from typing import Any

from dssdsl.lang.resolver import Resolver
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.scenarios.scenario import Scenario
from tests.resources.deploying import faults, program

CONNECTION = "filesystem_managed"


ENVELOPE = {
    "enabled": True,
    "alwaysShowComment": False,
    "runConditionType": "RUN_IF_STATUS_MATCH",
    "runConditionStatuses": ["SUCCESS", "WARNING"],
    "runConditionExpression": "",
    "resetScenarioStatus": False,
    "delayBetweenRetries": 10,
    "maxRetriesOnFail": 0,
}


TRIGGER = {
    "id": "8lxahVfd",
    "type": "temporal",
    "name": "Time-based",
    "delay": 5,
    "active": True,
    "params": {
        "repeatFrequency": 1,
        "frequency": "Daily",
        "startingFrom": "2026-01-01",
        "daysOfWeek": ["Sunday"],
        "monthlyRunOn": "ON_THE_DAY",
        "minute": 30,
        "hour": 2,
        "timezone": "Europe/Paris",
        "lastUpdate": 1771342336569,
    },
}


def step(made: Any) -> dict[str, Any]:
    scenario = Scenario(f"S{id(made)}", steps=[made])
    found: dict[str, Any] = Resolver(scenario._program).resolve(scenario.wanted())
    return found["params"]["steps"][0]


def trigger(made: Any) -> dict[str, Any]:
    scenario = Scenario(f"T{id(made)}", steps=[], triggers=made)
    found: dict[str, Any] = Resolver(scenario._program).resolve(scenario.wanted())
    return found["triggers"][0]


def mistake(declare: Any) -> str:
    """The errors of a program that declares a dataset, and more with it."""
    with program() as made:
        declare(Dataset("O", connection=CONNECTION))
        return "\n".join(faults(made))
