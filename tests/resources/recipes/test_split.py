from __future__ import annotations

import pytest

from dssdsl.lang.overlay import plain
from dssdsl.resources.recipes.expressions import Computed
from dssdsl.resources.recipes.ordering import Desc
from dssdsl.resources.recipes.rules import Rule, Rules
from dssdsl.resources.recipes.split import (
    ByCentiles,
    ByFilters,
    ByRandom,
    ByRanges,
    ByValues,
    SplitRecipe,
)
from tests.resources.deploying import faults
from tests.resources.recipes.visual import VisualContract, orders

from .corpus import EDITS, ENGINE_PARAMS, HEAD, OFF, condition, custom, rules

UNUSED = {
    "rangeSplits": [{"outputIndex": 0, "filter": rules("&&")}],
    "randomSplits": [{"outputIndex": 0, "share": 50}],
    "randomColumnsSplits": [{"outputIndex": 0, "share": 50}],
    "centileSplits": [{"outputIndex": 0, "share": 50}],
    "valueSplits": [{"outputIndex": 0, "value": "", "caseSensitive": False}],
    "filterSplits": [{"outputIndex": 0, "filter": rules("&&")}],
    "randomColumns": [],
    "centileOrders": [],
    "centileShuffle": False,
    "centileTDigest": False,
    "rangeSetTime": False,
    "seed": 1337,
}
"""What DSS keeps of the ways to split that are not in use."""


class TestSplitRecipe(VisualContract):
    cls = SplitRecipe
    document = {
        **HEAD,
        "type": "split",
        "name": "make_result",
        "outputs": {
            "main": {
                "items": [
                    {"ref": "LEFT", "appendMode": False},
                    {"ref": "RIGHT", "appendMode": False},
                    {"ref": "RESULT", "appendMode": False},
                ]
            }
        },
        "payload": {
            **UNUSED,
            "mode": "FILTERS",
            "filterSplits": [
                {"outputIndex": 0, "filter": rules("&&", condition("amount", ">  [number]", num=9))},
                {"outputIndex": 1, "filter": custom("cost > 1")},
            ],
            "defaultOutputIndex": 2,
            "preFilter": rules("&&", condition("id", "not empty string")),
            "computedColumns": [
                {"name": "margin", "type": "double", "mode": "GREL", "expr": "amount - cost"}
            ],
            "writeComputedColumnsInOutput": True,
            "engineType": "SQL",
            "engineParams": ENGINE_PARAMS,
        },
    }  # fmt: skip
    edits = [
        *EDITS,
        ("by", ByValues("id", {"LEFT": ["1", "2"], "RIGHT": "3"}), "update"),
        ("by", ByRandom({"LEFT": 80, "RIGHT": 15}, seed=5), "update"),
        ("by", ByRandom({"LEFT": 80}, together=["id", "day"]), "update"),
        ("by", ByRanges({"LEFT": Rule("amount", "<", 5)}, times=True), "update"),
        ("by", ByCentiles(Desc("amount"), {"LEFT": 10}, shuffle=True), "update"),
        ("by", ByFilters({"RIGHT": "cost > 1", "LEFT": Rule("amount", ">", 9)}), "update"),
        ("default", None, "update"),
        ("pre_filter", "amount > 1", "update"),
        ("computed_columns", [], "update"),
        ("write_computed", False, "update"),
        ("engine", "DSS", "update"),
    ]

    def minimal(self):
        return {"inputs": self.orders, "by": ByRandom({self.left: 80}), "default": self.right}

    def full(self):
        return {
            **self.common(),
            "outputs": [self.left, self.right, self.result],
            "by": ByFilters({self.left: Rule("amount", ">", 9), self.right: "cost > 1"}),
            "default": self.result,
            "pre_filter": Rule("id", "is defined"),
            "computed_columns": Computed("margin", "amount - cost"),
            "write_computed": True,
            "engine": "SQL",
        }


def payload(p):
    return plain(p.resources[-1].wanted()["payload"])


def outputs(p):
    return [i["ref"].target for i in p.resources[-1].wanted()["outputs"]["main"]["items"]]


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        (
            ByValues("x", {"A": ["a", "b"], "B": "c"}, case_sensitive=True),
            {
                "mode": "VALUES",
                "column": "x",
                "valueSplits": [
                    {"outputIndex": 0, "value": "a", "caseSensitive": True},
                    {"outputIndex": 0, "value": "b", "caseSensitive": True},
                    {"outputIndex": 1, "value": "c", "caseSensitive": True},
                ],
            },
        ),
        (
            ByRandom({"A": 70, "B": 20}),
            {
                "mode": "RANDOM",
                "seed": 1337,
                "randomSplits": [
                    {"outputIndex": 0, "share": 70},
                    {"outputIndex": 1, "share": 20},
                ],
            },
        ),
        (
            ByRandom({"A": 70, "B": 20}, together="id", seed=3),
            {
                "mode": "RANDOM_COLUMNS",
                "seed": 3,
                "randomColumns": ["id"],
                "randomColumnsSplits": [
                    {"outputIndex": 0, "share": 70},
                    {"outputIndex": 1, "share": 20},
                ],
            },
        ),
        (
            ByCentiles(["id", Desc("day")], {"A": 10, "B": 90}, approximate=True),
            {
                "mode": "CENTILE",
                "centileOrders": [
                    {"column": "id", "desc": False},
                    {"column": "day", "desc": True},
                ],
                "centileShuffle": False,
                "centileTDigest": True,
                "centileSplits": [
                    {"outputIndex": 0, "share": 10},
                    {"outputIndex": 1, "share": 90},
                ],
            },
        ),
    ],
)
def test_each_way_writes_its_own_keys(p, by, keys):
    """
    The datasets that a way names are the outputs; the default comes last.
    """
    SplitRecipe("s", inputs=orders(id="bigint", day="date", x="string"), by=by, default="C")

    assert faults(p) == []
    assert ["A", "B", "C"] == outputs(p)
    assert {**keys, "defaultOutputIndex": 2} == {
        k: v
        for k, v in payload(p).items()
        if k not in ("preFilter", "computedColumns", "writeComputedColumnsInOutput")
    }


@pytest.mark.parametrize(
    ("fields", "problem", "fix"),
    [
        ({}, "nothing says what its outputs get", "ByRandom"),
        ({"by": ByRandom({"A": 80, "B": 30})}, "the shares are 110 % together", "80 and 20"),
        ({"by": ByRandom({"A": 0.8, "B": 0.2})}, "the shares are 1 % together", "not 0.8"),
        ({"by": ByRandom({"A": -5, "B": 20})}, "a share is -5 %", "percents"),
        ({"by": ByValues("X", {"A": "a"})}, 'has no column "X"', 'did you mean "x"?'),
        ({"by": ByValues("x", {"A": "a", "B": "a"})}, 'gives the value "a" to two outputs', ""),
        ({"by": ByFilters({"A": Rule("X", "==", "a")})}, 'has no column "X"', ""),
        ({"by": ByFilters({"A": "x = 1"})}, "contains SQL", "== for ="),
        (
            {"by": ByFilters({"A": Rules(Rule("x", ">", 5))})},
            'the column "x" is a string',
            'write "5", in quotes',
        ),
        ({"by": ByCentiles("X", {"A": 5})}, 'has no column "X"', ""),
        ({"by": ByRandom({"A": 80}), "outputs": ["B"]}, "A is not among its outputs", ""),
        ({"filters": {}}, 'has no field "filters"', "by=ByFilters"),
    ],
)
def test_the_errors_of_a_split(p, fields, problem, fix):
    """
    Shares, values, columns and outputs are checked before anything is sent.
    """
    SplitRecipe("s", inputs=orders(id="bigint", x="string"), **{"outputs": ["A", "B"], **fields})

    found = [f for f in faults(p) if problem in f]
    assert found, p.errors
    assert fix in found[0]


@pytest.mark.parametrize(
    ("by", "default", "told"),
    [
        (ByRandom({"A": 80}), None, True),
        (ByRandom({"A": 80}), "B", False),
        (ByRandom({"A": 80, "B": 20}), None, False),
        (ByValues("x", {"A": "a"}), None, True),
    ],
)
def test_dropped_rows_are_reported(p, by, default, told):
    SplitRecipe("s", inputs=orders(x="string"), by=by, default=default)

    assert faults(p) == []
    assert told is any("are dropped" in str(w) for w in p.warnings)
    assert payload(p)["defaultOutputIndex"] == (-1 if default is None else 1)


def test_a_split_that_nobody_finished_is_adopted(p):
    SplitRecipe("s", inputs=orders(x="string"), outputs=["A"], adopt=True)

    assert faults(p) == []
    assert "mode" not in payload(p)
    assert payload(p)["preFilter"] == OFF


def test_the_outputs_may_stand_in_another_order(p):
    """
    Each way points into the outputs as DSS has them.
    """
    SplitRecipe(
        "s",
        inputs=orders(x="string"),
        outputs=["REST", "B", "A"],
        by=ByValues("x", {"A": "a", "B": "b"}),
        default="REST",
    )

    assert faults(p) == []
    assert ["REST", "B", "A"] == outputs(p)
    assert [2, 1] == [each["outputIndex"] for each in payload(p)["valueSplits"]]
    assert payload(p)["defaultOutputIndex"] == 0
