from __future__ import annotations

import json

import pytest

from dssdsl.lang.graph import build
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.values import settled
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.datasets.sql import SQLDataset
from dssdsl.resources.recipes.aggregations import Agg, Custom, WindowAgg
from dssdsl.resources.recipes.expressions import SQL, Computed
from dssdsl.resources.recipes.grouping import GroupingRecipe
from dssdsl.resources.recipes.join import Join, JoinInput, JoinRecipe, On
from dssdsl.resources.recipes.payload import closed_again, opened
from dssdsl.resources.recipes.stack import StackRecipe
from dssdsl.resources.recipes.sync import SyncRecipe
from dssdsl.resources.recipes.window import Desc, WindowRecipe
from dssdsl.resources.zones import FlowZone
from tests.resources.deploying import Deployed, faults, program
from tests.support.contract import ResourceContract

from .corpus import (
    COMMON,
    CORPUS,
    EDITS,
    ENGINE_PARAMS,
    HEAD,
    OFF,
    custom,
    differences,
    flags,
    real,
    saved,
)

COLUMNS = {"id": "bigint", "day": "date", "amount": "double", "cost": "double"}


class VisualContract(ResourceContract):
    name = "make_result"

    def around(self):
        self.zone = FlowZone("Clean")
        self.orders = SQLDataset("ORDERS", connection="pg", table="orders", columns=COLUMNS)
        self.other = SQLDataset(
            "OTHER",
            connection="pg",
            table="other",
            columns={"id": "bigint", "day": "date", "x": "string"},
        )
        self.result = Dataset("RESULT", connection="filesystem_managed")
        self.left = Dataset("LEFT", connection="filesystem_managed")
        self.right = Dataset("RIGHT", connection="filesystem_managed")

    def flow(self):
        return {"inputs": self.orders, "outputs": self.result}

    def common(self):
        return {**COMMON, **self.flow(), "zone": self.zone}


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
                ),
                flags("day", "first", "last", "concatDistinct"),
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
            "outputColumnNameOverrides": {"amount_sum": "total", "amount_distinct": "amounts"},
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
        ("pre_filter", "amount > 1", "update"),
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
                Agg("day", first=True, last=True, concat_distinct=True),
                Agg("cost", concat=True, order_column="day", concat_separator=";"),
                Custom("half", "SUM(amount) / 2"),
            ],
            "count": True,
            "pre_filter": "amount > 0",
            "post_filter": SQL('"count" > 1'),
            "computed_columns": Computed("margin", "amount - cost"),
            "engine": "SQL",
        }


class TestWindowRecipe(VisualContract):
    cls = WindowRecipe
    document = {
        **HEAD,
        "type": "window",
        "name": "make_result",
        "payload": {
            "windows": [
                {
                    "enablePartitioning": True,
                    "partitioningColumns": ["id"],
                    "enableOrdering": True,
                    "orders": [{"column": "day", "desc": True}, {"column": "id", "desc": False}],
                    "enableLimits": True,
                    "limitPreceding": True,
                    "precedingRows": 6,
                    "limitFollowing": False,
                    "followingRows": 0,
                    "windowLowerBound": 0.0,
                }
            ],
            "values": [
                flags(
                    "amount",
                    "sum",
                    value=True,
                    lag=True,
                    lagValues="1,7",
                    lead=False,
                    leadValues="1",
                ),
                flags("cost", value=False, lead=True, leadValues="2", lag=False, lagDiff=False),
            ],
            "rowNumber": True,
            "rank": True,
            "denseRank": True,
            "cumeDist": False,
            "ntile": True,
            "ntileValues": "4",
            "retrievedColumnsSelectionMode": "ALL",
            "preFilter": custom("amount > 0"),
            "postFilter": custom("amount > 1"),
            "computedColumns": [
                {"name": "margin", "type": "double", "mode": "SQL", "expr": "amount - cost"}
            ],
            "outputColumnNameOverrides": {"amount_sum": "total"},
            "engineType": "DSS",
        },
    }
    edits = [
        *EDITS,
        ("partition_by", [], "update"),
        ("order_by", "day", "update"),
        ("preceding", 3, "update"),
        ("following", 1, "update"),
        ("aggregations", WindowAgg("amount", lag=1), "update"),
        ("row_number", False, "update"),
        ("ntile", 5, "update"),
        ("pre_filter", "amount > 2", "update"),
        ("engine", "SQL", "update"),
    ]

    def minimal(self):
        return self.flow()

    def full(self):
        return {
            **self.common(),
            "partition_by": "id",
            "order_by": [Desc("day"), "id"],
            "preceding": 6,
            "following": "ALL",
            "aggregations": [
                WindowAgg("amount", sum="total"),
                WindowAgg("amount", lag=[1, 7]),
                WindowAgg("cost", lead=2),
            ],
            "row_number": True,
            "rank": True,
            "dense_rank": True,
            "ntile": 4,
            "pre_filter": "amount > 0",
            "post_filter": "amount > 1",
            "computed_columns": [Computed("margin", SQL("amount - cost"))],
            "engine": "DSS",
        }


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
                    "index": 1,
                    "originLabel": "OTHER",
                    "outputColumnsSelectionMode": "MANUAL",
                    "prefix": "o",
                    "preFilter": custom("isNonBlank(x)"),
                    "computedColumns": [
                        {"name": "y", "type": "string", "mode": "GREL", "expr": "x"}
                    ],
                },
                {
                    "index": 0,
                    "originLabel": "ORDERS",
                    "outputColumnsSelectionMode": "AUTO_NON_CONFLICTING",
                    "preFilter": OFF,
                    "computedColumns": [],
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
                            "maxMatches": 0,
                        },
                        {
                            "column1": {"name": "day", "table": 0},
                            "column2": {"name": "day", "table": 1},
                            "type": "LTE",
                            "caseInsensitive": False,
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
                [On("id", "id", case_insensitive=True), On("day", "day", "LTE")],
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


class TestStackRecipe(VisualContract):
    cls = StackRecipe
    document = {
        **HEAD,
        "type": "vstack",
        "name": "make_result",
        "inputs": {
            "main": {"items": [{"ref": "ORDERS", "deps": []}, {"ref": "OTHER", "deps": []}]}
        },
        "payload": {
            "mode": "FROM_DATASET",
            "copySchemaFromDatasetWithName": "OTHER",
            "virtualInputs": [
                {"index": 0, "originLabel": "first", "preFilter": OFF},
                {"index": 1, "originLabel": "second", "preFilter": OFF},
            ],
            "addOriginColumn": True,
            "originColumnName": "source",
            "selectedColumns": ["id"],
            "postFilter": custom("id > 0"),
            "engineType": "DSS",
        },
    }
    edits = [
        *EDITS,
        ("origin_column", "origin", "update"),
        ("origin_labels", ["a", "b"], "update"),
        ("post_filter", "id > 1", "update"),
        ("engine", "SQL", "update"),
    ]

    def flow(self):
        return {"inputs": [self.orders, self.other], "outputs": self.result}

    def minimal(self):
        return self.flow()

    def full(self):
        return {
            **self.common(),
            "mode": "FROM_DATASET",
            "schema_from": self.other,
            "origin_column": "source",
            "origin_labels": ["first", "second"],
            "post_filter": "id > 0",
            "engine": "DSS",
        }


class TestSyncRecipe(VisualContract):
    cls = SyncRecipe
    document = {
        **HEAD,
        "type": "sync",
        "name": "make_result",
        "params": {"schemaMode": "STRICT_SYNC", "engineParams": ENGINE_PARAMS},
        "payload": {},
    }
    edits = EDITS

    def minimal(self):
        return self.flow()

    def full(self):
        return self.common()


@pytest.fixture(name="p")
def _p():
    with program() as made:
        yield made


def orders(**columns):
    return SQLDataset("ORDERS", connection="pg", table="t", columns=columns or COLUMNS)


def other():
    return SQLDataset(
        "OTHER", connection="pg", table="u", columns={"id": "bigint", "day": "date", "x": "string"}
    )


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
def test_what_is_wrong_with_a_grouping_is_told(p, fields, problem, fix):
    """
    Words from elsewhere, unknown columns and SQL in formulas are faults with a hint.
    """
    GroupingRecipe("g", inputs=orders(), outputs="OUT", **fields)

    found = [f for f in faults(p) if problem in f]

    assert found
    assert fix in found[0]


@pytest.mark.parametrize(
    ("make", "problem", "fix"),
    [
        (lambda: Agg("amount", "sum"), "accepts one positional argument, column", "sum="),
        (
            lambda: Agg("amount", countDistinct=True),
            'has no field "countDistinct"',
            'did you mean "count_distinct"?',
        ),
        (lambda: Agg("amount", mean=True), 'has no field "mean"', 'did you mean "avg"?'),
        (lambda: Join("id", how="left"), 'has no field "how"', 'did you mean "type"?'),
        (lambda: Join("id", type="left"), 'type cannot be "left"', 'did you mean "LEFT"?'),
        (lambda: Join("id", type="outer"), 'type cannot be "outer"', 'did you mean "FULL"?'),
    ],
)
def test_what_is_wrong_with_a_part_is_told(p, make, problem, fix):
    """
    Parts tell what they take, as resources do.
    """
    make()

    assert problem in str(p.faults[0])
    assert fix in str(p.faults[0])


def test_aggregations_of_one_column_are_merged(p):
    """
    DSS has one entry for each column; what cannot be in one is refused.
    """
    amount = [Agg("amount", sum="total"), Agg("amount", avg=True)]
    GroupingRecipe("g", inputs=orders(), outputs="OUT", keys="id", aggregations=amount)
    payload = p.resources[-1].wanted()["payload"]

    assert [(v["column"], v["sum"], v["avg"], v["max"]) for v in payload["values"]] == [
        ("amount", True, True, False)
    ]
    assert payload["outputColumnNameOverrides"] == {"amount_sum": "total"}

    amount = [Agg("amount", sum="a"), Agg("amount", sum="b"), Agg("cost", min="a")]
    GroupingRecipe("h", inputs="ORDERS", outputs="OUT2", keys="id", aggregations=amount)
    found = "".join(faults(p))
    assert "sum of column \"amount\" is both 'a' and 'b'" in found
    assert 'two results have the name "a"' in found


def test_columns_that_compute_nothing_are_kept_aside():
    """
    Entries without a true flag are no difference, and survive a write where they were.
    """
    text = json.dumps({"values": [flags("a"), flags("b", "sum"), flags("c")], "$x": 1}, indent=2)

    document = {"payload": opened("grouping", text)}

    assert [v["column"] for v in document["payload"]["values"]] == ["b"]
    assert closed_again(document, document)[1] == text


def test_a_window_keeps_its_columns(p):
    """
    A new window has an entry for every known column; one that computes nothing any more stays.
    """
    WindowRecipe(
        "w", inputs=orders(), outputs="OUT", order_by="day", aggregations=WindowAgg("amount", lag=7)
    )
    build(p)
    from dssdsl.lang.canonical import overlay, plain

    recipe = p.resources[-1]
    want = Resolver(p).resolve(recipe.wanted())
    _, text = closed_again(plain(want), {})
    values = json.loads(text)["values"]
    assert [(v["column"], v["value"]) for v in values] == [(c, True) for c in COLUMNS]

    live = {"payload": opened("window", text)}
    less = {"payload": {**settled(want)["payload"], "values": []}}
    after = overlay(live, less, type(recipe).shape())
    values = json.loads(closed_again(after, live)[1])["values"]
    assert {v["column"]: v["value"] for v in values} == dict.fromkeys(COLUMNS, True)
    assert not any(v.get("lag") for v in values)


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
def test_what_is_wrong_with_a_join_is_told(p, fields, problem, fix):
    """
    Joins that cannot be are faults with a hint.
    """
    JoinRecipe("j", inputs=[orders(), other()], outputs="OUT", **fields)

    found = [f for f in faults(p) if problem in f]

    assert found, p.faults
    assert fix in found[0]


def selected(p):
    columns = p.resources[-1].wanted()["payload"].get("selectedColumns")
    return columns and [(c["table"], c["name"], c["alias"]) for c in columns]


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
    assert selected(p) is None

    JoinRecipe(
        "m", inputs=["ELSEWHERE", JoinInput(b, select={"x": "y"})], outputs="O4", joins=Join("id")
    )
    assert selected(p) == [(1, "x", "y")]
    assert faults(p) == []


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


def test_a_name_means_the_declared_dataset(p):
    """
    A plain string that names a declared dataset is that dataset, with its columns.
    """
    orders()
    GroupingRecipe("g", inputs="ORDERS", outputs="OUT", keys="nr")

    assert 'ORDERS has no column "nr"' in faults(p)[0]


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


def test_a_real_stack_is_adopted(p):
    """
    A stack of a real project equals the program.
    """
    document = real("molecular_loan_hist", "compute_Labeled_scored_stacked")
    StackRecipe(
        "compute_Labeled_scored_stacked",
        inputs=["Labeled_scored", "Unlabeled_scored"],
        outputs=document["outputs"]["main"]["items"][0]["ref"],
        mode="INTERSECT",
    )

    assert differences(p, document) == {}
