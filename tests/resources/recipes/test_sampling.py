from __future__ import annotations

import pytest

from dssdsl.resources.recipes.rules import Rule, Rules
from dssdsl.resources.recipes.sampling import Latest, Sample, SamplingRecipe
from tests.resources.deploying import faults
from tests.resources.recipes.visual import VisualContract, orders

from .corpus import EDITS, ENGINE_PARAMS, HEAD, condition, differences, rules

SELECTION = {
    "samplingMethod": "RANDOM_FIXED_NB",
    "maxRecords": 500,
    "targetRatio": 0.02,
    "seed": 7,
    "ascending": True,
    "withinFirstN": -1,
    "maxReadUncompressedBytes": -1,
    "useMemTable": False,
    "partitionSelectionMethod": "LATEST_N",
    "latestPartitionsN": 3,
    "ordering": {"enabled": False, "rules": []},
    "filter": {"distinct": False, "enabled": False},
}


class TestSamplingRecipe(VisualContract):
    cls = SamplingRecipe
    document = {
        **HEAD,
        "type": "sampling",
        "name": "make_result",
        "params": {"selection": SELECTION, "engineType": "SQL", "engineParams": ENGINE_PARAMS},
        "payload": rules(
            "||",
            condition("amount", ">  [number]", num=0),
            condition("day", ">= [date]", date="2026-01-01", time="00:00"),
        ),
    }
    edits = [
        *EDITS,
        ("filter", Rules(Rule("amount", ">", 1), Rule("id", "is defined")), "update"),
        ("filter", "amount > 1", "update"),
        ("filter", None, "update"),
        ("sample", Sample("FULL"), "update"),
        ("sample", Sample("RANDOM_FIXED_NB", records=500, seed=7, partitions=["a"]), "update"),
        ("engine", "DSS", "update"),
    ]

    def minimal(self):
        return {**self.flow(), "filter": Rule("amount", ">", 0)}

    def full(self):
        return {
            **self.common(),
            "filter": Rules(Rule("day", ">=", "2026-01-01"), Rule("amount", ">", 0), any=True),
            "sample": Sample("RANDOM_FIXED_NB", records=500, seed=7, partitions=Latest(3)),
            "engine": "SQL",
        }


@pytest.mark.parametrize(
    ("make", "problem", "fix"),
    [
        (lambda: Sample("head"), "DSS has no such method", 'did you mean "HEAD_SEQUENTIAL"?'),
        (lambda: Sample("full"), "DSS has no such method", 'did you mean "FULL"?'),
        (lambda: Sample("HEAD_SEQUENTIAL"), "it needs records", "add records=…"),
        (lambda: Sample("FULL", records=5), "it takes no records", "it takes all rows"),
        (lambda: Sample("RANDOM_FIXED_NB", ratio=0.1), "it needs records", "add records=…"),
        (lambda: Sample("RANDOM_FIXED_RATIO", ratio=20.0), "ratio is 20", "from 0 to 1"),
        (lambda: Sample("HEAD_SEQUENTIAL", records=0), "records cannot be 0", "a whole number, 1 or above"),
        (lambda: Sample("HEAD_SEQUENTIAL", n=5), 'has no field "n"', 'did you mean "records"?'),
        (
            lambda: SamplingRecipe("s", inputs=orders(), outputs="OUT"),
            "it has no filter and no sample, and copies all rows",
            "SyncRecipe",
        ),
        (
            lambda: SamplingRecipe("s", inputs=orders(), outputs="OUT", n=5),
            'has no field "n"',
            'sample=Sample("HEAD_SEQUENTIAL", records=1000)',
        ),
        (
            lambda: SamplingRecipe("s", inputs=orders(), outputs="OUT", pre_filter="id > 1"),
            'has no field "pre_filter"',
            'did you mean "filter"?',
        ),
        (
            lambda: SamplingRecipe("s", inputs=orders(), outputs="OUT", filter=Rule("ID", ">", 1)),
            'reads the column "ID"',
            'did you mean "id"?',
        ),
        (
            lambda: SamplingRecipe(
                "s", inputs=orders(), outputs="OUT", sample=Sample("COLUMN_BASED", column="ID", records=5)
            ),
            'ORDERS has no column "ID"',
            'did you mean "id"?',
        ),
    ],
)  # fmt: skip
def test_the_errors_of_a_sample(p, make, problem, fix):
    """
    Each method of DSS gets exactly what it needs.
    """
    make()

    found = [f for f in faults(p) if problem in f]
    assert found, p.errors
    assert fix in found[0]


def test_a_method_of_a_newer_dss_passes_with_a_warning(p):
    Sample("RESERVOIR", records=5)

    assert not p.errors
    assert any("RESERVOIR" in str(w) for w in p.warnings)


@pytest.mark.parametrize("method", ["FULL", "RANDOM_FIXED_RATIO"])
def test_parameters_that_a_method_does_not_read_are_no_difference(p, method):
    """
    The UI leaves 100,000 records in every selection.
    """
    stale = {**SELECTION, "samplingMethod": method, "maxRecords": 100000, "targetRatio": 0.1}
    stale |= {"partitionSelectionMethod": "ALL", "ascending": None}
    more = {"ratio": 0.1} if method == "RANDOM_FIXED_RATIO" else {}
    document = {
        "name": "s",
        "type": "sampling",
        "inputs": {"main": {"items": [{"ref": "ORDERS"}]}},
        "outputs": {"main": {"items": [{"ref": "OUT"}]}},
        "params": {"selection": stale},
        "payload": {"enabled": False, "distinct": False},
    }
    SamplingRecipe("s", inputs=orders(), outputs="OUT", sample=Sample(method, **more))

    assert differences(p, document) == {}
