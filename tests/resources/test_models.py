from __future__ import annotations

from typing import Any

from dssdsl.emulator import Emulator
from dssdsl.lang.provider import PROVIDERS
from dssdsl.resources.models import EvaluationStore, SavedModel
from dssdsl.resources.zones import FlowZone
from tests.support.contract import ResourceContract

from .deploying import Deployed, faults, program


class TestSavedModel(ResourceContract):
    cls = SavedModel
    name = "churn"
    document = {
        "id": "0tV18riV",
        "projectKey": "P",
        "name": "churn",
        "savedModelType": "MLFLOW_PYFUNC",
        "contentType": "prediction/mlflow",
        "activeVersion": "",
        "miniTask": {"taskType": "PREDICTION", "predictionType": "REGRESSION"},
        "publishPolicy": "UNCONDITIONAL",
        "conditionalOutputs": [],
        "shortDesc": "Who leaves",
        "description": "A challenger.",
        "tags": ["a", "b"],
        "versionTag": {"versionNumber": 1, "lastModifiedBy": {"login": "admin"}},
    }
    edits = [
        ("tags", ["a"], "update"),
        ("description", "The champion.", "update"),
        ("type", "PROXY_MODEL", "replace"),
        ("prediction_type", "MULTICLASS", "replace"),
    ]

    def minimal(self) -> dict[str, Any]:
        return {"type": "MLFLOW_PYFUNC"}

    def full(self) -> dict[str, Any]:
        return {
            "type": "MLFLOW_PYFUNC",
            "prediction_type": "REGRESSION",
            "short_desc": "Who leaves",
            "description": "A challenger.",
            "tags": ["b", "a"],
            "zone": FlowZone("Models"),
        }


class TestEvaluationStore(ResourceContract):
    cls = EvaluationStore
    name = "evaluations"
    document = {
        "id": "BIEDMF0O",
        "projectKey": "P",
        "name": "evaluations",
        "displayParams": {"pinnedMetrics": [], "showConfidenceIntervals": True},
        "flowOptions": {"rebuildBehavior": "NORMAL"},
        "shortDesc": "Each month",
        "description": "On new labels.",
        "tags": ["a", "b"],
        "versionTag": {"versionNumber": 1, "lastModifiedBy": {"login": "admin"}},
    }
    edits = [("tags", ["a"], "update"), ("short_desc", "Each week", "update")]

    def full(self) -> dict[str, Any]:
        return {
            "short_desc": "Each month",
            "description": "On new labels.",
            "tags": ["b", "a"],
            "zone": FlowZone("Models"),
        }


def test_a_model_of_the_lab_is_only_referred_to():
    with program() as made:
        SavedModel("Churn model")

    assert 'SavedModel "Churn model" needs "type"' in str(made.errors[0])
    assert "SavedModel.existing(" in str(made.errors[0])


def test_an_existing_one_has_an_id_to_come():
    with program() as made:
        model = SavedModel.existing("Churn (random forest)")

        assert model.id.resource is model
        assert not faults(made)


def test_a_type_of_a_newer_dss_passes_with_a_warning():
    with program() as made:
        SavedModel("m", type="QUANTUM")

    assert not made.errors
    assert "QUANTUM" in made.warnings[0]


def test_they_are_made_once():
    with Emulator() as emulator, program() as made:
        SavedModel("m", type="MLFLOW_PYFUNC", prediction_type="REGRESSION", tags=["b", "a"])
        store = EvaluationStore("e", description="d")
        deployed = Deployed(made, emulator)
        deployed.up()
        assert [w.split("/")[3] for w in deployed.writes()[1:]] == [
            "savedmodels",
            "savedmodels",
            "evaluationstores",
            "evaluationstores",
        ]
        deployed.up()

        told = deployed.writes()
        assert told == [w for w in told if "savedmodels" in w]  # the prediction type is not told
        PROVIDERS["evaluation_store"].delete(
            deployed.dss, "P", deployed.ids[store.key], drop_data=False
        )
        assert deployed.read(store) is None
