"""Statistics worksheets, comparisons of models, and values of metrics, of which there are none."""

from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException

from .test_datasets import managed


def test_worksheets_belong_to_a_dataset(project, folder, messages):
    orders, others = managed(project, "orders"), managed(project, "others")
    made = orders.create_statistics_worksheet("First look")
    assert len(made.worksheet_id) == 10
    settings = made.get_settings()
    settings.get_raw()["tags"] = ["b", "a", "b"]
    settings.get_raw()["nonsense"] = 1
    settings.save()
    again = made.get_settings().get_raw()
    assert again["tags"] == ["a", "b"]
    assert "nonsense" not in again
    assert again["versionTag"]["versionNumber"] == 1
    assert again["dataSpec"]["datasetSelection"]["maxRecords"] == 30000
    assert again["rootCard"]["type"] == "worksheet_root"
    (listed,) = orders.list_statistics_worksheets(as_objects=False)
    assert listed == again
    assert others.list_statistics_worksheets() == []
    orders.rename("sales")
    moved = project.get_dataset("sales").get_statistics_worksheet(made.worksheet_id)
    assert '"inputDatasetSmartName": "sales"' in folder(
        f"statistics_worksheets/{made.worksheet_id}.json"
    )
    with pytest.raises(DataikuException, match="NotEmulated"):
        moved.run_worksheet()
    with pytest.raises(DataikuException, match="statistics worksheet does not exist"):
        others.get_statistics_worksheet(made.worksheet_id).get_settings()
    moved.delete()
    assert project.get_dataset("sales").list_statistics_worksheets() == []
    assert messages()[0].startswith("Deleted statistics worksheet")
    with pytest.raises(DataikuException, match=r"dataset does not exist: SALES\.no"):
        project.get_dataset("no").create_statistics_worksheet("x")


def test_comparisons(project, client, folder):
    made = project.create_model_comparison("Two models", "REGRESSION")
    settings = made.get_settings()
    assert settings.get_raw()["displayName"] == "Two models"
    settings.get_raw()["comparedModels"] = [{"smartId": "S-SALES-a-b", "isSelected": True}]
    settings.save()
    assert "S-SALES-a-b" in folder(f"model_comparisons/{made.id}.json")
    project.create_evaluation_comparison("Two agents", "AGENT")
    assert len(project.list_evaluation_comparisons()) == 2
    (found,) = project.list_evaluation_comparisons(model_task_types=["AGENT"])
    found.delete()
    assert [each.mec_id for each in project.list_model_comparisons()] == [made.id]
    with pytest.raises(DataikuException, match="Unknown type of task"):
        project.create_model_comparison("x", "LLM")


def test_metrics_have_no_values(project):
    """
    Values of metrics are empty, never invented; computing them answers 501.
    """
    dataset = managed(project, "d")
    files = project.create_managed_folder("f")
    store = project.create_evaluation_store("s", "TABULAR")
    model = project.create_mlflow_pyfunc_model("m", "REGRESSION")
    for measured in (dataset, files, store):
        assert measured.get_last_metric_values().get_all_ids() == []
        history = measured.get_metric_history("basic:SIZE")
        assert history == {"metricId": "basic:SIZE", "values": []}
    assert model.get_metric_values("v").get_all_ids() == []
    assert store.list_evaluations() == []
    assert store.get_latest_evaluation() is None
    dataset.get_data_quality_rules().delete_rules_history()
    for compute in (dataset.compute_metrics, dataset.run_checks, files.compute_metrics):
        with pytest.raises(DataikuException, match="NotEmulated"):
            compute()


def test_usages(project):
    files = project.create_managed_folder("f")
    store = project.create_evaluation_store("s", "TABULAR")
    model = project.create_mlflow_pyfunc_model("m", "REGRESSION")
    prototype = {"type": "evaluation", "name": "r"}
    prototype["inputs"] = {"model": {"items": [{"ref": model.id}]}}
    prototype["outputs"] = {"evaluationStore": {"items": [{"ref": store.id}]}}
    project.create_recipe(prototype, {"rawCreation": True})
    uses = {"objectId": "r", "objectProjectKey": "SALES"}
    assert model.get_usages() == [{"type": "RECIPE_INPUT", **uses}]
    assert store.get_usages() == [{"type": "RECIPE_OUTPUT", **uses}]
    assert files.get_usages() == []
