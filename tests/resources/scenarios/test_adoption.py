from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dssdsl.lang.canonical import view
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.values import Secret
from dssdsl.resources.models import EvaluationStore
from dssdsl.resources.scenarios.messages import Mail, Message
from dssdsl.resources.scenarios.reporters import Reporter
from dssdsl.resources.scenarios.scenario import Scenario
from dssdsl.resources.scenarios.steps import (
    Build,
    Check,
    RunScenario,
    SendMessage,
    Step,
)
from dssdsl.resources.scenarios.triggers import (
    Daily,
    Monthly,
    OnDatasetChange,
    SQLTrigger,
    Weekly,
)
from tests.resources.deploying import faults, program
from tests.support.corpus import CORPUS

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
