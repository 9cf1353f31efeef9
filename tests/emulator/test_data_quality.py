"""Data quality rules."""

from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException

from .test_datasets import managed


def test_rules(project):
    dataset = managed(project, "d")
    rules = dataset.get_data_quality_rules()
    assert rules.list_rules() == []
    made = rules.create_rule({"type": "ColumnMinInRangeRule", "displayName": "q", "minimum": 1})
    made.rule["displayName"] = "better"
    made.save()
    (found,) = rules.list_rules(as_type="dict")
    assert found == {**made.get_raw(), "enabled": True, "displayName": "better"}
    assert dataset.get_settings().get_raw()["metricsChecks"]["checks"] == [found]
    assert dataset.get_settings().get_raw()["versionTag"]["versionNumber"] == 2
    assert rules.get_last_rules_results() == []
    assert rules.get_rules_history() == []
    with pytest.raises(DataikuException, match="NotEmulated"):
        rules.compute_rules()
    made.delete()
    assert rules.list_rules() == []
    with pytest.raises(DataikuException, match="rule does not exist"):
        made.delete()
    with pytest.raises(DataikuException, match="NullPointerException"):
        rules.create_rule({"displayName": "of no type"})


def test_a_rule_keeps_its_id(project):
    rules = managed(project, "d").get_data_quality_rules()
    made = rules.create_rule({"type": "ColumnUniqueValuesRule", "id": "mine"})
    assert made.id != "mine"
    assert len(made.id) == 8
