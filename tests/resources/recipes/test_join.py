from __future__ import annotations

import json

import pytest

from dssdsl.lang.overlay import plain
from dssdsl.resources.recipes.expressions import Computed
from dssdsl.resources.recipes.grouping import GroupingRecipe
from dssdsl.resources.recipes.join import Join, JoinInput, JoinRecipe, On
from dssdsl.resources.recipes.payload import closed_again, opened, unfold
from tests.resources.deploying import faults
from tests.resources.recipes.visual import VisualContract, orders, other

from .corpus import (
    EDITS,
    HEAD,
    OFF,
    custom,
    differences,
    real,
    saved,
)


class TestJoinRecipe(VisualContract):
    cls = JoinRecipe
    document = {
        **HEAD,
        "type": "join",
        "name": "make_result",
        "inputs": {
            "main": {"items": [{"ref": "ORDERS", "deps": []}, {"ref": "OTHER", "deps": []}]}
        },
        "outputs": {
            "main": {"items": [{"ref": "RESULT", "appendMode": False}]},
            "unmatchedLeft": {"items": [{"ref": "LEFT", "appendMode": False}]},
            "unmatchedRight": {"items": [{"ref": "RIGHT", "appendMode": False}]},
        },
        "payload": {
            "virtualInputs": [
                {
                    "index": 0,
                    "originLabel": "ORDERS",
                    "outputColumnsSelectionMode": "AUTO_NON_CONFLICTING",
                    "preFilter": OFF,
                    "computedColumns": [],
                },
                {
                    "index": 1,
                    "originLabel": "OTHER",
                    "outputColumnsSelectionMode": "MANUAL",
                    "prefix": "o",
                    "preFilter": custom("isNonBlank(x)"),
                    "computedColumns": [
                        {"name": "y", "type": "string", "mode": "GREL", "expr": "x"}
                    ],
                },
            ],
            "joins": [
                {
                    "table1": 0,
                    "table2": 1,
                    "type": "INNER",
                    "conditionsMode": "OR",
                    "outerJoinOnTheLeft": True,
                    "on": [
                        {
                            "column1": {"name": "id", "table": 0},
                            "column2": {"name": "id", "table": 1},
                            "type": "EQ",
                            "caseInsensitive": True,
                            "normalizeText": True,
                            "maxMatches": 0,
                        },
                        {
                            "column1": {"name": "day", "table": 0},
                            "column2": {"name": "day", "table": 1},
                            "type": "K_NEAREST",
                            "caseInsensitive": False,
                            "maxDistance": 3.0,
                            "maxMatches": 2,
                            "strict": True,
                            "dateDiffUnit": "HOUR",
                        },
                        {
                            "column1": {"name": "amount", "table": 0},
                            "column2": {"name": "x", "table": 1},
                            "type": "WITHIN_RANGE",
                            "windowFrom": 1,
                            "windowTo": 2,
                        },
                    ],
                    "rightLimit": {"enabled": False},
                }
            ],
            "selectedColumns": [
                {"name": "cost", "table": 0, "type": "double"},
                {"name": "id", "table": 0, "type": "bigint"},
                {"name": "day", "table": 0, "type": "date"},
                {"name": "amount", "table": 0, "type": "double"},
                {"name": "x", "table": 1, "alias": "z", "type": "string"},
            ],
            "resolvedSelectedColumns": [],
            "computedColumns": [
                {"name": "margin", "type": "double", "mode": "GREL", "expr": "amount - cost"}
            ],
            "postFilter": custom("amount > 0"),
            "engineType": "SQL",
            "enableAutoCastInJoinConditions": False,
        },
    }
    edits = [
        *EDITS,
        ("joins", Join("id"), "update"),
        ("joins", Join(["id", "day"], type="INNER"), "update"),
        ("computed_columns", [], "update"),
        ("post_filter", "amount > 1", "update"),
        ("engine", "DSS", "update"),
    ]

    def flow(self):
        return {"inputs": [self.orders, self.other], "outputs": self.result}

    def minimal(self):
        return {**self.flow(), "joins": Join("id")}

    def full(self):
        right = JoinInput(
            self.other,
            select={"x": "z"},
            prefix="o",
            pre_filter="isNonBlank(x)",
            computed_columns=Computed("y", "x", type="string"),
        )
        return {
            **self.common(),
            "inputs": [self.orders, right],
            "joins": Join(
                [
                    On("id", "id", case_insensitive=True, normalize=True),
                    On(
                        "day",
                        "day",
                        "K_NEAREST",
                        max_distance=3,
                        max_matches=2,
                        strict=True,
                        unit="HOUR",
                    ),
                    On("amount", "x", "WITHIN_RANGE", window_from=1, window_to=2),
                ],
                type="INNER",
                conditions_mode="OR",
                left=self.orders,
                right=right,
            ),
            "computed_columns": Computed("margin", "amount - cost"),
            "post_filter": "amount > 0",
            "unmatched_left": self.left,
            "unmatched_right": self.right,
            "engine": "SQL",
        }


@pytest.mark.parametrize(
    ("fields", "problem", "fix"),
    [
        ({"on": "id"}, 'has no field "on"', 'joins=[Join("id")]'),
        ({"joins": []}, "2 inputs need 1 join, and there are 0", 'Join("column")'),
        ({"joins": Join("ID")}, 'ORDERS has no column "ID"', 'did you mean "id"?'),
        ({"joins": Join({"id": "nr"})}, 'OTHER has no column "nr"', "it has id, day, x"),
        (
            {"joins": Join("id", right="NOPE")},
            "right of join 1 is NOPE, which is not among its inputs",
            "ORDERS, OTHER",
        ),
        (
            {"joins": Join("id", left="OTHER")},
            "OTHER to OTHER, which is not joined yet",
            "left is an input",
        ),
        ({"joins": Join()}, "join 1 has no condition", 'type="CROSS"'),
    ],
)
def test_the_errors_of_a_join(p, fields, problem, fix):
    """
    Joins that cannot be are faults with a hint.
    """
    JoinRecipe("j", inputs=[orders(), other()], outputs="OUT", **fields)

    found = [f for f in faults(p) if problem in f]

    assert found, p.errors
    assert fix in found[0]


def selected(p):
    payload = unfold(plain(p.resources[-1].wanted()["payload"]), {})
    return [(c["table"], c["name"], c["alias"]) for c in payload["selectedColumns"]]


def test_columns_of_a_join_are_those_that_do_not_clash(p):
    """
    Nothing selected means what DSS's own choice would be; unknown columns are left to DSS.
    """
    a, b = orders(id="bigint", amount="double"), other()

    JoinRecipe("j", inputs=[a, b], outputs="O1", joins=Join("id"))
    assert selected(p) == [(0, "id", None), (0, "amount", None), (1, "day", None), (1, "x", None)]

    JoinRecipe("k", inputs=[a, JoinInput(b, prefix="b")], outputs="O2", joins=Join("id"))
    assert [c for c in selected(p) if c[0] == 1] == [
        (1, "id", None),
        (1, "day", None),
        (1, "x", None),
    ]

    JoinRecipe("l", inputs=[a, "ELSEWHERE"], outputs="O3", joins=Join("id"))
    assert selected(p) == []

    JoinRecipe(
        "m", inputs=["ELSEWHERE", JoinInput(b, select={"x": "y"})], outputs="O4", joins=Join("id")
    )
    assert selected(p) == [(1, "x", "y")]
    assert faults(p) == []


def test_columns_that_dss_selects_are_no_difference(p):
    """
    DSS works out the columns of inputs without a selection; only a new recipe is sent them.
    """
    payload = {
        "virtualInputs": [
            {"index": 0, "outputColumnsSelectionMode": "AUTO_NON_CONFLICTING"},
            {"index": 1, "outputColumnsSelectionMode": "MANUAL"},
        ],
        "joins": [
            {
                "table1": 0,
                "table2": 1,
                "type": "LEFT",
                "conditionsMode": "AND",
                "on": [
                    {
                        "column1": {"name": "id", "table": 0},
                        "column2": {"name": "id", "table": 1},
                        "type": "EQ",
                    }
                ],
            }
        ],
        "selectedColumns": [
            {"name": "of an older schema", "table": 0},
            {"name": "x", "table": 1},
            {"name": "id", "table": 0},
        ],
    }
    head = {**TestJoinRecipe.document, "outputs": {"main": {"items": [{"ref": "OUT"}]}}}
    live = {**head, "name": "j", "payload": opened(head, json.dumps(payload))}
    mine = {"tags": ["elt", "finance"], "short_desc": "one line"}
    JoinRecipe(
        "j",
        inputs=[orders(), JoinInput(other(), select=["x"])],
        outputs="OUT",
        joins=Join("id"),
        **mine,
    )

    assert differences(p, live) == {}
    assert json.loads(closed_again(live, live)[1]) == payload

    JoinRecipe(
        "j2",
        inputs=["ORDERS", JoinInput("OTHER", select=["day"])],
        outputs="OUT2",
        joins=Join("id"),
    )
    assert ["of an older schema", "day", "id"] == [
        c["name"] for c in saved(p, live)["selectedColumns"]
    ]

    both = [JoinInput("ORDERS", select=["id"]), JoinInput("OTHER", select=["day"])]
    JoinRecipe("j3", inputs=both, outputs="OUT3", joins=Join("id"))
    assert ["id", "day"] == [c["name"] for c in saved(p, live)["selectedColumns"]]


def test_a_dataset_is_joined_to_itself(p):
    """
    The two roles of one dataset are two JoinInputs.
    """
    employees = orders(id="bigint", boss="bigint")
    staff, bosses = JoinInput(employees), JoinInput(employees, prefix="boss")
    JoinRecipe(
        "j",
        inputs=[staff, bosses],
        outputs="OUT",
        joins=Join({"boss": "id"}, left=staff, right=bosses),
    )
    assert faults(p) == []
    (join,) = p.resources[-1].wanted()["payload"]["joins"]
    assert (join["table1"], join["table2"]) == (0, 1)

    JoinRecipe("k", inputs=[staff, bosses], outputs="OUT2", joins=Join("id", right=employees))
    assert "among the inputs twice" in faults(p)[0]


def test_a_dataset_that_is_joined_twice_is_one_input(p):
    """
    DSS lists each dataset once, and each use of it points into that list, in any order.
    """
    employees, offices = orders(id="bigint", boss="bigint", office="bigint"), other()
    staff, bosses = JoinInput(employees), JoinInput(employees, prefix="boss")
    JoinRecipe(
        "j",
        inputs=[staff, offices, bosses],
        outputs="OUT",
        joins=[Join({"office": "id"}), Join({"boss": "id"}, left=staff, right=bosses)],
    )
    assert faults(p) == []
    live = {
        "name": "j",
        "type": "join",
        "inputs": {"main": {"items": [{"ref": "OTHER"}, {"ref": "ORDERS"}]}},
        "outputs": {"main": {"items": [{"ref": "OUT"}]}},
    }
    payload = saved(p, {**live, "payload": {}})
    assert [0, 1, 0] == [each["index"] for each in payload["virtualInputs"]]

    for each, index in zip(payload["virtualInputs"], (1, 0, 1), strict=True):
        each["index"] = index  # into the inputs as they are listed

    assert differences(p, {**live, "payload": opened(live, json.dumps(payload))}) == {}


@pytest.mark.parametrize("adopt", [None, True])
def test_an_unfinished_join_can_only_be_adopted(p, adopt):
    """
    DSS has joins that nobody finished: no condition, no output.
    """
    JoinRecipe("j", inputs=[orders(), other()], outputs=[], joins=Join(), adopt=adopt)

    errors = faults(p)

    found = errors or [str(warning) for warning in p.warnings]
    assert any("has no condition" in each for each in found)
    assert any("has no outputs" in each for each in found)
    assert bool(errors) is (adopt is None)


def test_a_name_means_the_declared_dataset(p):
    """
    A plain string that names a declared dataset is that dataset, with its columns.
    """
    orders()
    GroupingRecipe("g", inputs="ORDERS", outputs="OUT", keys="nr")

    assert 'ORDERS has no column "nr"' in faults(p)[0]


def test_a_real_join_is_adopted(p):
    """
    A join of a real project equals the program, in whatever order its columns stand.
    """
    document = real("wnowak_proj_hist", "compute_customers_unlabeled_joined")
    left = ["birthdate", "customerID", "gender", "user_agent", "ip_address", "campaign"]
    right = ["first_order_date", "pages_visited_avg", "total_sum", "count"]
    refs = [i["ref"] for i in document["inputs"]["main"]["items"]]
    JoinRecipe(
        "compute_customers_unlabeled_joined",
        inputs=[JoinInput(refs[0], select=left), JoinInput(refs[1], select=right)],
        outputs=document["outputs"]["main"]["items"][0]["ref"],
        joins=Join({"customerID": "customer_id"}, type="INNER"),
    )

    assert differences(p, document) == {}
