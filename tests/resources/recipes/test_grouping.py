from __future__ import annotations

import json

import pytest

from dssdsl.lang.provider import PROVIDERS
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.recipes.aggregations import Agg, Custom
from dssdsl.resources.recipes.expressions import SQL, Computed
from dssdsl.resources.recipes.grouping import GroupingRecipe
from dssdsl.resources.recipes.rules import Rule, Rules
from tests.resources.deploying import Deployed, faults
from tests.resources.recipes.visual import VisualContract, orders

from .corpus import (
    CORPUS,
    EDITS,
    ENGINE_PARAMS,
    HEAD,
    custom,
    differences,
    flags,
    real,
    saved,
)


class TestGroupingRecipe(VisualContract):
    cls = GroupingRecipe
    document = {
        **HEAD,
        "type": "grouping",
        "name": "make_result",
        "payload": {
            "keys": [{"column": "id", "type": "bigint", "$idx": 0, "sum": False}],
            "values": [
                {"customExpr": "SUM(amount) / 2", "customName": "half", "type": "double"},
                flags("cost", "concat", orderColumn="day", concatSeparator=";"),
                flags(
                    "amount",
                    "sum",
                    "avg",
                    "min",
                    "max",
                    "count",
                    "countDistinct",
                    "median",
                    "stddev",
                    "sum2",
                ),
                flags("day", "first", "last", "firstLastNotNull", "concat", "concatDistinct"),
            ],
            "globalCount": True,
            "preFilter": custom("amount > 0"),
            "postFilter": {
                "distinct": False,
                "enabled": True,
                "uiData": {"mode": "SQL", "conditions": []},
                "expression": '"count" > 1',
            },
            "computedColumns": [
                {"name": "margin", "type": "double", "mode": "GREL", "expr": "amount - cost"}
            ],
            "outputColumnNameOverrides": {
                "amount_sum": "total",
                "amount_distinct": "amounts",
                "count": "orders",
                "cost_min": "left behind by an aggregation that was switched off",
            },
            "enlargeYourBits": True,
            "selectAllColumns": False,
            "engineType": "SQL",
            "engineParams": ENGINE_PARAMS,
        },
    }
    edits = [
        *EDITS,
        ("keys", ["id", "day"], "update"),
        ("aggregations", Agg("amount", sum=True), "update"),
        ("aggregations", [], "update"),
        ("count", False, "update"),
        ("count", True, "update"),
        ("count", "rows", "update"),
        ("pre_filter", "amount > 1", "update"),
        ("pre_filter", Rules(Rule("amount", ">", 1), Rule("id", "is defined"), any=True), "update"),
        ("post_filter", "total > 1", "update"),
        ("computed_columns", [], "update"),
        ("engine", "DSS", "update"),
    ]

    def minimal(self):
        return {**self.flow(), "keys": "id"}

    def full(self):
        return {
            **self.common(),
            "keys": ["id"],
            "aggregations": [
                Agg("amount", sum="total", avg=True, min=True, max=True, count=True),
                Agg("amount", count_distinct="amounts", median=True, stddev=True),
                Agg("amount", sum2=True),
                Agg("day", first=True, last=True, first_last_not_null=True, concat_distinct=True),
                Agg("cost", concat=True, order_column="day", concat_separator=";"),
                Custom("half", "SUM(amount) / 2"),
            ],
            "count": "orders",
            "pre_filter": "amount > 0",
            "post_filter": SQL('"count" > 1'),
            "computed_columns": Computed("margin", "amount - cost"),
            "engine": "SQL",
        }


@pytest.mark.parametrize(
    ("fields", "problem", "fix"),
    [
        ({"group_by": "id"}, 'has no field "group_by"', 'did you mean "keys"?'),
        (
            {"keys": "id", "aggregations": {"amount": "sum"}},
            "aggregations cannot be",
            'Agg("amount", sum=True)',
        ),
        ({"keys": "ID"}, 'ORDERS has no column "ID"', 'did you mean "id"?'),
        (
            {"keys": "id", "pre_filter": "amount > 0 AND x = 1"},
            "contains SQL",
            "&& for AND, == for =; or SQL(",
        ),
        ({"keys": "id", "post_filter": "a IS NULL"}, "contains SQL", "isBlank(x)"),
        ({"keys": "id", "engine": "sql"}, 'engine cannot be "sql"', 'did you mean "SQL"?'),
    ],
)
def test_the_errors_of_a_grouping(p, fields, problem, fix):
    """
    Words from elsewhere, unknown columns and SQL in formulas are faults with a hint.
    """
    GroupingRecipe("g", inputs=orders(), outputs="OUT", **fields)

    found = [f for f in faults(p) if problem in f]

    assert found
    assert fix in found[0]


def test_outputs_get_the_computed_columns(p):
    """
    DSS computes the columns of a visual recipe's outputs; declared ones are left alone.
    """
    from dssdsl.emulator import Emulator

    out = Dataset("OUT", connection="filesystem_managed")
    GroupingRecipe(
        "g", inputs=orders(), outputs=out, keys="id", aggregations=Agg("amount", sum=True)
    )
    deployed = Deployed(p, Emulator(connections={"pg": "PostgreSQL"}))
    deployed.up()
    recipes = PROVIDERS["recipe"]

    assert recipes.propagate(deployed.dss, "P", "g", {"OUT"}) == []
    assert recipes.propagate(deployed.dss, "P", "g") == ["OUT"]
    assert recipes.propagate(deployed.dss, "P", "g") == []

    columns = deployed.dss.json("GET", "/projects/P/datasets/OUT")["schema"]["columns"]
    assert [c["name"] for c in columns] == ["id", "amount_sum"]


def test_a_real_grouping_is_adopted(p):
    """
    A grouping of a real project equals the program, and what the program leaves out survives.
    """
    document = real("wnowak_proj_hist", "compute_orders_by_customer")
    GroupingRecipe(
        "compute_orders_by_customer",
        inputs="orders_prepared",
        outputs="orders_by_customer",
        keys="customer_id",
        aggregations=[
            Agg("order_date", min="first_order_date"),
            Agg("pages_visited", avg=True),
            Agg("total", sum=True),
        ],
        count=True,
    )

    assert differences(p, document) == {}
    text = (CORPUS / "wnowak_proj_hist/recipes/compute_orders_by_customer.grouping").read_text()
    before, after = json.loads(text), saved(p, document)
    for was, now in zip(before.pop("values"), after.pop("values"), strict=True):
        assert {k: v for k, v in now.items() if k in was or v} == was
    assert after == before
