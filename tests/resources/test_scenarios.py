from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dssdsl.emulator import Emulator
from dssdsl.lang.canonical import overlay, plain, view
from dssdsl.lang.functions import file_in
from dssdsl.lang.program import Program
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.values import Initial, Secret
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.managed_folders import ManagedFolder
from dssdsl.resources.models import EvaluationStore, SavedModel
from dssdsl.resources.projects import Project
from dssdsl.resources.scenarios import triggers
from dssdsl.resources.scenarios.messages import Mail, Message, Slack, Teams
from dssdsl.resources.scenarios.reporters import Reporter
from dssdsl.resources.scenarios.scenario import Scenario
from dssdsl.resources.scenarios.steps import (
    Build,
    Check,
    ComputeMetrics,
    DefineVariables,
    ExecutePython,
    RunScenario,
    SendMessage,
    SetProjectVariables,
    Step,
)
from dssdsl.resources.scenarios.triggers import (
    AfterScenario,
    Daily,
    Hourly,
    Minutely,
    Monthly,
    OnDatasetChange,
    PythonTrigger,
    SQLTrigger,
    Trigger,
    Weekly,
)
from dssdsl.resources.zones import FlowZone
from tests.support.contract import ResourceContract
from tests.support.corpus import CORPUS

from .deploying import Deployed, faults, program

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


# -- what is sent ---------------------------------------------------------------------------------


def step(made: Any) -> dict[str, Any]:
    scenario = Scenario(f"S{id(made)}", steps=[made])
    found: dict[str, Any] = Resolver(scenario._program).resolve(scenario.wanted())
    return found["params"]["steps"][0]


def trigger(made: Any) -> dict[str, Any]:
    scenario = Scenario(f"T{id(made)}", steps=[], triggers=made)
    found: dict[str, Any] = Resolver(scenario._program).resolve(scenario.wanted())
    return found["triggers"][0]


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


def test_items_have_the_type_of_what_they_name():
    with program() as made:
        dataset = Dataset("ORDERS", connection=CONNECTION)
        folder = ManagedFolder("reports")
        SavedModel("churn", type="MLFLOW_PYFUNC")
        store = EvaluationStore("evaluations")
        other = Project("Q", naming="any")
        theirs = Dataset("B", connection=CONNECTION, project=other)
        scenario = Scenario(
            "S", steps=[Build([dataset, folder, "churn", store, theirs, "X.C", "D"])]
        )
        ids = {"P/managed_folder/reports": "f1", "P/saved_model/churn": "m1"}
        ids["P/evaluation_store/evaluations"] = "e1"
        items = Resolver(made, ids).resolve(scenario.document())["params"]["steps"][0]["params"]

    assert [(i["type"], i["itemId"], i.get("projectKey")) for i in items["builds"]] == [
        ("DATASET", "ORDERS", None),
        ("MANAGED_FOLDER", "f1", None),
        ("SAVED_MODEL", "m1", None),
        ("MODEL_EVALUATION_STORE", "e1", None),
        ("DATASET", "B", "Q"),
        ("DATASET", "C", "X"),
        ("DATASET", "D", None),
    ]


@pytest.mark.parametrize(
    ("made", "sent"),
    [
        ({"run_if": ["FAILED"]}, ("RUN_IF_STATUS_MATCH", ["FAILED"], None)),
        ({"run_if": "FAILED"}, ("RUN_IF_STATUS_MATCH", ["FAILED"], None)),
        ({"run_if": "RUN_ALWAYS"}, ("RUN_ALWAYS", None, None)),
        ({"run_if": "DISABLED"}, ("DISABLED", None, None)),
        ({"run_when": "x > 1"}, ("RUN_CONDITIONALLY", None, "x > 1")),
    ],
)
def test_when_a_step_runs(made, sent):
    with program():
        found = step(Build("A", **made))

    keys = ("runConditionType", "runConditionStatuses", "runConditionExpression")
    assert tuple(found.get(key) for key in keys) == sent


def test_what_every_step_takes():
    with program():
        found = step(
            Build(
                "A", name="n", retries=2, retry_delay=60, reset_status=True, proceed_on_failure=True
            )
        )

    assert found["name"] == "n"
    assert found["maxRetriesOnFail"] == 2
    assert found["delayBetweenRetries"] == 60
    assert found["resetScenarioStatus"] is True
    assert found["params"]["proceedOnFailure"] is True


def test_scenarios_are_named_by_their_id_and_make_no_dependency():
    with program() as made:
        theirs = Scenario("THEIRS", steps=[], project=Project("Q", naming="any"))
        first = Scenario("FIRST", steps=[RunScenario("SECOND")])
        Scenario("SECOND", steps=[RunScenario(theirs), Step("x")], triggers=AfterScenario(first))

        assert step(RunScenario(first))["params"] == {"scenarioId": "FIRST"}
        assert step(RunScenario(theirs))["params"] == {"scenarioId": "THEIRS", "projectKey": "Q"}
        assert step(RunScenario("X.Y"))["params"] == {"scenarioId": "Y", "projectKey": "X"}
        assert trigger(AfterScenario(first))["params"] == {"scenarioId": "FIRST"}
        assert not faults(made)


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


def test_code_keeps_the_file_it_came_from(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    with program():
        code = file_in(tmp_path, "a.py")
        assert step(ExecutePython(code))["params"]["script"].source == "a.py"
        assert trigger(PythonTrigger(code))["params"]["code"].source == "a.py"


def test_variables_are_set_as_they_are():
    with program():
        values = step(SetProjectVariables({"a": 0, "b": {"c": [1]}}))["params"]
        formulas = step(DefineVariables({"a": "1 + 1"}))["params"]

    assert values["variables"] == {"a": 0, "b": {"c": [1]}}
    assert formulas["definitions"] == [{"key": "a", "value": "1 + 1"}]
    assert formulas["evaluateValues"] is True


def test_a_webhook_stays_a_secret():
    with program():
        secret = Secret.env("WEBHOOK")
        slack = step(SendMessage(Slack("done", webhook=secret)))["params"]["messaging"]
        teams = step(SendMessage(Teams("done", channel="c1")))["params"]["messaging"]

    assert slack["type"] == "slack-scenario"
    assert slack["configuration"]["webhookUrl"] is secret
    assert teams["type"] == "msft-teams-scenario"
    assert teams["configuration"]["channelId"] == "c1"
    assert teams["configuration"]["useGlobalChannel"] is True


def test_a_mail_with_a_body_is_written_inline():
    with program():
        mail = Mail("a@b.c", subject="s", body="<b>x</b>", html=True)
        found = step(SendMessage(mail))["params"]["messaging"]["configuration"]

    assert found == {
        "recipient": "a@b.c",
        "subject": "s",
        "sendAsHTML": True,
        "messageSource": "INLINE",
        "message": "<b>x</b>",
    }


def test_what_it_names_outside_is_checked():
    with program():
        scenario = Scenario(
            "S",
            steps=[ExecutePython("x = 1", code_env="py311")],
            triggers=SQLTrigger("pg", "SELECT 1"),
            run_as="bob",
        )

    assert {*scenario.uses()} == {("code_env", "py311"), ("connection", "pg"), ("user", "bob")}


# -- mistakes -------------------------------------------------------------------------------------


def mistake(declare: Any) -> str:
    with program() as made:
        declare(Dataset("O", connection=CONNECTION))
        return "\n".join(faults(made))


@pytest.mark.parametrize(
    ("declare", "says"),
    [
        (lambda o: Daily(hour=2), 'write the time as HH:MM: Daily("02:00")'),
        (lambda o: Daily("2am"), "at must be HH:MM"),
        (lambda o: Daily("24:00"), "at must be HH:MM"),
        (lambda o: Scenario("S", steps=[], triggers=["0 2 * * *"]), 'Daily("02:00")'),
        (lambda o: Weekly("mon", "02:00"), 'did you mean "Monday"?'),
        (lambda o: Build(o, mode="recursive"), 'did you mean "job_type"?'),
        (lambda o: Build(o, job_type="RECURSIVE"), 'did you mean "RECURSIVE_BUILD"?'),
        (lambda o: Build(o, run_if=["FAILD"]), 'did you mean "FAILED"?'),
        (lambda o: Build(o, run_if="FAILED", run_when="x"), "run_if and run_when"),
        (lambda o: Build(FlowZone("Z")), "datasets, folders, models or evaluation stores"),
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
        (lambda o: Scenario("S", steps=[ExecutePython("x = = 1")]), "does not parse"),
        (
            lambda o: Scenario(
                "S",
                steps=[Build(o, name="build"), Build(o, run_when="stepOutcome_bild == 'FAILED'")],
            ),
            'did you mean "build"?',
        ),
        (lambda o: Slack("x", webhook="https://hooks"), "webhook"),
        (lambda o: Slack("x", webhook=Secret.env("A"), channel="b"), "a webhook and a channel"),
        (lambda o: Hourly(minute=60), "a minute from 0 to 59"),
        (lambda o: Daily("02:00", starting_from="tomorrow"), "YYYY-MM-DD"),
        (lambda o: Scenario("S", steps=[], cron="0 2 * * *"), 'triggers=[Daily("02:00")]'),
    ],
)
def test_mistakes_are_noted_with_what_to_write(declare, says):
    assert says in mistake(declare)


def test_a_part_that_is_wrong_does_not_break_the_rest():
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


def test_tokens_of_a_newer_dss_pass_with_a_warning():
    with program() as made:
        Scenario("S", steps=[Build("A", job_type="QUANTUM_LEAP")])

        assert not faults(made)
        assert "QUANTUM_LEAP" in made.warnings[0]


def test_triggers_of_an_adopted_scenario_may_be_managed_alone():
    with program() as made:
        scenario = Scenario(
            "24319_-_remove_quotes", adopt=True, triggers=Weekly("Tuesday", "11:35")
        )

        assert not faults(made)
        assert {*scenario.document()} == {"triggers", "name", "active"}


# -- what changes ---------------------------------------------------------------------------------


def test_what_is_left_out_of_a_step_stays_and_its_id_too():
    shape = Scenario.shape()
    live = {
        "type": "step_based",
        "params": {
            "steps": [
                {
                    **ENVELOPE,
                    "id": "x1",
                    "type": "build_flowitem",
                    "name": "b",
                    "maxRetriesOnFail": 3,
                    "params": {"builds": [], "stopAtFlowZoneBoundary": True},
                }
            ]
        },
    }
    with program():
        wanted = Scenario("S", steps=[Step("check_consistency"), Build("A", name="b")]).document()
    wanted = Resolver(Program()).resolve(wanted)

    new, kept = overlay(live, wanted, shape)["params"]["steps"]

    assert new["type"] == "check_consistency"
    assert (kept["id"], kept["maxRetriesOnFail"]) == ("x1", 3)
    assert kept["params"]["stopAtFlowZoneBoundary"] is True


def test_a_trigger_that_somebody_switched_off_stays_off():
    shape = Scenario.shape()
    live = {"triggers": [{**TRIGGER, "active": False}]}
    with program():
        wanted = Scenario("S", adopt=True, triggers=Daily("04:00")).document()

    (after,) = overlay(live, wanted, shape)["triggers"]

    assert (after["id"], after["active"], after["params"]["hour"]) == ("8lxahVfd", False, 4)
    assert after["params"]["startingFrom"] == "2026-01-01"


def test_each_change_is_one_request():
    with Emulator() as emulator, program() as made:
        scenario = Scenario("S", code="print(1)\n", tags=["a"])
        deployed = Deployed(made, emulator)
        deployed.up()
        base = "/projects/P/scenarios"
        assert deployed.writes()[1:] == [f"POST {base}", f"PUT {base}/S/payload"]
        provider, before = PROVIDERS["scenario"], deployed.read(scenario).document
        assert "rawParams" not in before

        for after in (
            {**before, "script": "print(2)\n"},
            {**before, "script": "print(2)\n", "active": False},
        ):
            provider.update(deployed.dss, "P", "S", before, after, scenario)
            before = deployed.read(scenario).document

        assert deployed.writes() == [f"PUT {base}/S/payload", f"PUT {base}/S"]
        assert (before["script"], before["active"]) == ("print(2)\n", False)
        provider.delete(deployed.dss, "P", "S", drop_data=False)
        assert provider.read(deployed.dss, "P", "S") is None


def test_every_part_is_taken_and_told_back(monkeypatch):
    monkeypatch.setenv("WEBHOOK", "https://hooks.example.com/x")
    hook = Secret.env("WEBHOOK")
    with Emulator(connections={"pg": "PostgreSQL"}) as emulator, program() as made:
        data = Dataset("O", connection=CONNECTION)
        folder = ManagedFolder("f")
        Scenario(
            "S",
            steps=[
                Build([data, folder, "X.Y"], name="b", partitions="CURRENT_DAY"),
                Check(data),
                ComputeMetrics(data),
                ExecutePython("x = 1", code_env="py311"),
                SetProjectVariables({"a": 0}),
                DefineVariables({"x": "1"}),
                SendMessage(Mail("a@b.c"), run_if=["FAILED"]),
                RunScenario("X.Y"),
                RunScenario("T", run_when="stepOutcome_b == 'FAILED'"),
                Step("clear_items", {"clears": []}),
            ],
            triggers=[
                Daily("02:00"),
                Weekly(["Monday", "Friday"], "7:00"),
                Monthly("03:00", starting_from="2026-01-01"),
                Hourly(),
                Minutely(),
                OnDatasetChange([data, folder]),
                AfterScenario("T"),
                SQLTrigger("pg", "SELECT 1"),
                PythonTrigger("x = 1"),
                Trigger("other", {"a": 1}),
            ],
            reporters=[
                Reporter(Mail(["a@b.c", "c@d.e"], subject="s", body="b", html=True), when="x"),
                Reporter(Slack("x", webhook=hook)),
                Reporter(Teams("x", webhook=hook), phase="START", name="n"),
                Reporter(Message("webhook-scenario", {"a": 1})),
            ],
        )
        deployed = Deployed(made, emulator)
        deployed.up()
        deployed.writes()
        deployed.up()

        assert not deployed.writes()


# -- scenarios that people made in DSS ------------------------------------------------------------

ALL = ["WARNING", "FAILED"]
STORE = ("evaluation_store", "P", "drift")


ADOPTED: dict[str, Any] = {
    "ppham_clv/scenarios/CHECKDATADRIFTGROUNDTRUTH.json": lambda: {
        "name": "Check data drift - ground truth",
        "run_as": "user09@example.com",
        "active": False,
        "triggers": OnDatasetChange(
            "ground_truth_scored", name="Ground truth eval update", active=False
        ),
        "reporters": Reporter(
            Mail([], subject="DSS scenario ${scenarioName}: ${outcome}"),
            name="failure",
            when="outcome != 'SUCCESS'",
            active=False,
        ),
        "steps": [
            Build(EvaluationStore.existing("drift"), name="clv eval store"),
            Check(EvaluationStore.existing("drift"), name="on eval store"),
            SendMessage(
                Mail("user06@example.com", channel="dtk_gmail"), name="send email alert", run_if=ALL
            ),
            RunScenario("Model_retrain_and_update", name="retrain and update", run_if=ALL),
        ],
    },
    "ppham_clv/scenarios/CHECKMODELDRIFT.json": lambda: {
        "triggers": [
            SQLTrigger(
                "api-node-referenced-data",
                "SELECT COUNT(*) FROM ${projectKey}_target_feedback_joined_prepared;",
            ),
            Monthly("13:40", starting_from="2021-09-16"),
        ],
        "reporters": [],
    },
    "jsrepo_mlops01/scenarios/Model_Drift_Monitoring.json": lambda: {
        "triggers": Daily("11:00", timezone="Asia/Jakarta", active=True),
        "steps": [
            Build(["Daily_drift_scores_historical", "Daily_drift_scores"]),
            Check("Daily_drift_scores"),
        ],
        "reporters": [
            Reporter(
                Message("msft-teams-scenario", {"webhookUrl": Secret.env("HOOK")}),
                when="outcome != 'SUCCESS'",
            ),
            Reporter(
                Mail("user08@example.com", channel="AWS SES"), name="Model Drift - Nile Virus"
            ),
        ],
    },
    "molecular_admin/scenarios/MACRO_LOG_CLEANUP.json": lambda: {
        "triggers": Weekly("Tuesday", "13:00", timezone="America/New_York", name="Every day 1pm"),
        "active": True,
    },
    "Mac1327_scenario/scenarios/EVERYMONTH.json": lambda: {
        "triggers": Monthly("02:00", starting_from="2021-11-21T11:52:00.000Z"),
    },
    "cartav_accidents/scenarios/Accidents_bruts.json": lambda: {
        "steps": [
            Step("build_flowitem", name="Build PostGIS"),
            Step("build_flowitem", name="Build accidents bruts"),
            RunScenario("GECODAGE_ACCIDENTS.Geocodage_accidents", name="Geocodage accidents"),
        ],
    },
}


@pytest.mark.parametrize("path", ADOPTED)
def test_a_real_scenario_is_adopted_without_a_difference(path, monkeypatch):
    monkeypatch.setenv("HOOK", "REDACTED")
    if not (CORPUS / path).is_file():
        pytest.skip("needs exports of real projects: set DSSDSL_CORPUS")
    live = json.loads((CORPUS / path).read_text(encoding="utf-8"))
    with program() as made:
        scenario = Scenario(Path(path).stem, adopt=True, **ADOPTED[path]())
        assert not faults(made)
        want = Resolver(made, {}, {STORE: "BIEDMF0O"}).resolve(scenario.wanted())
    shape = Scenario.shape()

    assert view(live, want, shape) == view(want, want, shape)
