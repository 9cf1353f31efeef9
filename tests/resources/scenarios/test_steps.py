from __future__ import annotations

import pytest

from dssdsl.lang.functions import file_in
from dssdsl.lang.overlay import overlay
from dssdsl.lang.program import Program
from dssdsl.lang.resolver import Resolver
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.managed_folders import ManagedFolder
from dssdsl.resources.models import EvaluationStore, SavedModel
from dssdsl.resources.projects import Project
from dssdsl.resources.scenarios.scenario import Scenario
from dssdsl.resources.scenarios.steps import (
    Build,
    DefineVariables,
    ExecutePython,
    SetProjectVariables,
    Step,
)
from dssdsl.resources.scenarios.triggers import (
    PythonTrigger,
)
from dssdsl.resources.zones import FlowZone
from tests.resources.deploying import faults, program

from .parts import CONNECTION, ENVELOPE, mistake, step, trigger


def test_items_have_the_type_of_the_object_they_name():
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


def test_settings_of_every_step():
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


def test_code_knows_its_file(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    with program():
        code = file_in(tmp_path, "a.py")
        assert step(ExecutePython(code))["params"]["script"].source == "a.py"
        assert trigger(PythonTrigger(code))["params"]["code"].source == "a.py"


def test_project_variables_keep_their_types():
    with program():
        values = step(SetProjectVariables({"a": 0, "b": {"c": [1]}}))["params"]
        formulas = step(DefineVariables({"a": "1 + 1"}))["params"]

    assert values["variables"] == {"a": 0, "b": {"c": [1]}}
    assert formulas["definitions"] == [{"key": "a", "value": "1 + 1"}]
    assert formulas["evaluateValues"] is True


@pytest.mark.parametrize(
    ("declare", "says"),
    [
        (lambda o: Build(o, mode="recursive"), 'did you mean "job_type"?'),
        (lambda o: Build(o, job_type="RECURSIVE"), 'did you mean "RECURSIVE_BUILD"?'),
        (lambda o: Build(o, run_if=["FAILD"]), 'did you mean "FAILED"?'),
        (lambda o: Build(o, run_if="FAILED", run_when="x"), "run_if and run_when"),
        (lambda o: Build(FlowZone("Z")), "datasets, folders, models or evaluation stores"),
        (lambda o: Scenario("S", steps=[ExecutePython("x = = 1")]), "does not parse"),
        (
            lambda o: Scenario(
                "S",
                steps=[Build(o, name="build"), Build(o, run_when="stepOutcome_bild == 'FAILED'")],
            ),
            'did you mean "build"?',
        ),
    ],
)
def test_the_error_of_a_mistake_shows_what_to_write(declare, says):
    assert says in mistake(declare)


def test_tokens_of_a_newer_dss_pass_with_a_warning():
    with program() as made:
        Scenario("S", steps=[Build("A", job_type="QUANTUM_LEAP")])

        assert not faults(made)
        assert "QUANTUM_LEAP" in made.warnings[0]


def test_a_step_keeps_its_id_and_the_settings_that_the_program_leaves_out():
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
