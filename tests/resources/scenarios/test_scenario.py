from __future__ import annotations

from typing import Any

import pytest

from dssdsl.lang.overlay import plain
from dssdsl.lang.values import Initial
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.projects import Project
from dssdsl.resources.scenarios.messages import Mail
from dssdsl.resources.scenarios.reporters import Reporter
from dssdsl.resources.scenarios.scenario import Scenario
from dssdsl.resources.scenarios.steps import (
    Build,
    Check,
    ExecutePython,
    RunScenario,
    SendMessage,
    SetProjectVariables,
    Step,
)
from dssdsl.resources.scenarios.triggers import (
    AfterScenario,
    Daily,
    SQLTrigger,
    Trigger,
    Weekly,
)
from tests.resources.deploying import faults, program
from tests.support.contract import ResourceContract

from .parts import CONNECTION, ENVELOPE, TRIGGER, mistake, step, trigger

HEAD = {
    "projectKey": "SALES",
    "id": "NIGHTLY",
    "name": "Nightly build",
    "active": False,
    "shortDesc": "Each night",
    "description": "Builds all.",
    "tags": ["a", "b"],
    "runAsUser": "admin",
    "automationLocal": False,
    "customFields": {},
    "checklists": {"checklists": []},
    "versionTag": {"versionNumber": 7, "lastModifiedBy": {"login": "admin"}},
}


MAIL = {
    "id": "lMvfaAOf",
    "name": "",
    "active": True,
    "phase": "END",
    "runConditionEnabled": True,
    "runCondition": "outcome != 'SUCCESS'",
    "messaging": {
        "type": "mail-scenario",
        "configuration": {
            "channelId": "smtp",
            "recipient": "a@example.com,b@example.com",
            "subject": "Nightly: ${outcome}",
            "sendAsHTML": False,
            "attachments": [],
            "messageSource": "TEMPLATE_FILE",
            "templateFormat": "FREEMARKER",
            "templateName": "default.ftl",
        },
    },
}


def head() -> dict[str, Any]:
    return {
        "name": "Nightly build",
        "triggers": Daily("02:30", timezone="Europe/Paris"),
        "reporters": Reporter(
            Mail(["a@example.com", "b@example.com"], subject="Nightly: ${outcome}", channel="smtp"),
            when="outcome != 'SUCCESS'",
        ),
        "active": False,
        "run_as": "admin",
        "short_desc": "Each night",
        "description": "Builds all.",
        "tags": ["b", "a"],
    }


class TestScenario(ResourceContract):
    cls = Scenario
    name = "NIGHTLY"
    unset = ("code", "code_env")
    document = {
        **HEAD,
        "type": "step_based",
        "triggers": [TRIGGER],
        "reporters": [MAIL],
        "params": {
            "steps": [
                {
                    **ENVELOPE,
                    "id": "build_0_true_d_ORDERS",
                    "type": "build_flowitem",
                    "name": "orders",
                    "params": {
                        "builds": [{"type": "DATASET", "itemId": "ORDERS", "partitionsSpec": ""}],
                        "jobType": "RECURSIVE_BUILD",
                        "autoUpdateSchemaBeforeEachRecipeRun": False,
                        "stopAtFlowZoneBoundary": False,
                        "refreshHiveMetastore": True,
                        "handleWarningsAs": "WARNING",
                        "proceedOnFailure": False,
                    },
                },
                {
                    **ENVELOPE,
                    "id": "check_false_d_ORDERS",
                    "type": "check_dataset",
                    "name": "",
                    "maxRetriesOnFail": 2,
                    "runConditionType": "RUN_CONDITIONALLY",
                    "runConditionExpression": "stepOutcome_orders == 'SUCCESS'",
                    "params": {
                        "checks": [{"type": "DATASET", "itemId": "ORDERS", "partitionsSpec": ""}],
                        "computeAutomaticRules": True,
                        "proceedOnFailure": True,
                    },
                },
            ]
        },
        "rawParams": {"params": {}},
    }
    edits = [
        ("name", "Other", "update"),
        ("active", True, "update"),
        ("tags", ["a"], "update"),
        ("triggers", Daily("03:30"), "update"),
        ("triggers", [], "update"),
        ("reporters", [], "update"),
        ("steps", [Build("ORDERS", name="orders", job_type="RECURSIVE_FORCED_BUILD")], "update"),
    ]

    def around(self) -> None:
        Dataset("ORDERS", connection=CONNECTION)

    def minimal(self) -> dict[str, Any]:
        return {"steps": [Build("ORDERS")]}

    def full(self) -> dict[str, Any]:
        checks = Check(
            "ORDERS",
            run_when="stepOutcome_orders == 'SUCCESS'",
            retries=2,
            proceed_on_failure=True,
        )
        return {**head(), "steps": [Build("ORDERS", name="orders"), checks]}


class TestPythonScenario(ResourceContract):
    cls = Scenario
    name = "NIGHTLY"
    unset = ("steps",)
    document = {
        **HEAD,
        "type": "custom_python",
        "triggers": [TRIGGER],
        "reporters": [MAIL],
        "params": {"envSelection": {"envMode": "EXPLICIT_ENV", "envName": "py311"}},
        "script": "print(1)\r\n",
    }
    edits = [
        ("code", "print(2)\n", "update"),
        ("code_env", "USE_BUILTIN_MODE", "update"),
        ("active", True, "update"),
    ]

    def minimal(self) -> dict[str, Any]:
        return {"code": "print(1)\n"}

    def full(self) -> dict[str, Any]:
        return {**head(), "code": "print(1)\n", "code_env": "py311"}


def test_from_steps_to_code_is_another_scenario():
    with program():
        shape = Scenario.shape()

    assert {fact.name for fact in shape.child("type").facts} == {"CREATE_ONLY"}


def test_a_new_scenario_is_active_and_called_by_its_id():
    with program():
        assert Scenario("NIGHTLY", steps=[]).document() == {
            "name": Initial("NIGHTLY"),
            "active": Initial(True),
            "type": "step_based",
            "params": {"steps": []},
        }


def test_a_python_scenario():
    with program():
        document = plain(Scenario("S", code="x = 1\n", code_env="py311").document())

    assert document["type"] == "custom_python"
    assert document["script"] == "x = 1\n"
    assert document["params"] == {"envSelection": {"envMode": "EXPLICIT_ENV", "envName": "py311"}}


def test_scenarios_refer_to_each_other_by_id_without_a_dependency():
    with program() as made:
        theirs = Scenario("THEIRS", steps=[], project=Project("Q", naming="any"))
        first = Scenario("FIRST", steps=[RunScenario("SECOND")])
        Scenario("SECOND", steps=[RunScenario(theirs), Step("x")], triggers=AfterScenario(first))

        assert step(RunScenario(first))["params"] == {"scenarioId": "FIRST"}
        assert step(RunScenario(theirs))["params"] == {"scenarioId": "THEIRS", "projectKey": "Q"}
        assert step(RunScenario("X.Y"))["params"] == {"scenarioId": "Y", "projectKey": "X"}
        assert trigger(AfterScenario(first))["params"] == {"scenarioId": "FIRST"}
        assert not faults(made)


def test_names_outside_the_program_are_checked():
    with program():
        scenario = Scenario(
            "S",
            steps=[ExecutePython("x = 1", code_env="py311")],
            triggers=SQLTrigger("pg", "SELECT 1"),
            run_as="bob",
        )

    assert {*scenario.uses()} == {("code_env", "py311"), ("connection", "pg"), ("user", "bob")}


@pytest.mark.parametrize(
    ("declare", "says"),
    [
        (lambda o: Scenario("S", steps=[Build(o)], reporters=[Mail("a@b.c")]), "Reporter(Mail("),
        (
            lambda o: Scenario("Nightly build", steps=[Build(o)]),
            'Scenario("NIGHTLY_BUILD", name="Nightly build"',
        ),
        (lambda o: Scenario("S"), "steps=[Build(…)]"),
        (lambda o: Scenario("S", steps=[Build(o)], code="x = 1"), "steps and code"),
        (lambda o: Scenario("S", steps=[Build(o)], code_env="py311"), "needs code"),
        (lambda o: Scenario("S", code="x = = 1"), "does not parse"),
        (lambda o: Scenario("S", code="recipes/a.py"), 'file("recipes/a.py")'),
        (lambda o: Scenario("S", steps=[], cron="0 2 * * *"), 'triggers=[Daily("02:00")]'),
    ],
)
def test_the_error_of_a_mistake_shows_what_to_write(declare, says):
    assert says in mistake(declare)


def test_every_wrong_part_has_its_error():
    with program() as made:
        Scenario(
            "S",
            steps=[
                Build(),
                RunScenario(),
                SendMessage("x"),
                ExecutePython(),
                SetProjectVariables(),
            ],
            triggers=[Daily("2am"), Weekly(), SQLTrigger(), AfterScenario(), Trigger()],
            reporters=[Reporter(), Reporter(Mail())],
        )

        assert len(faults(made)) >= 12


def test_triggers_of_an_adopted_scenario_may_be_managed_alone():
    with program() as made:
        scenario = Scenario(
            "24319_-_remove_quotes", adopt=True, triggers=Weekly("Tuesday", "11:35")
        )

        assert not faults(made)
        assert {*scenario.document()} == {"triggers", "name", "active"}
