from __future__ import annotations

import json

from dssdsl.lang.graph import build
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.values import settled
from dssdsl.resources.recipes.aggregations import WindowAgg
from dssdsl.resources.recipes.expressions import SQL, Computed
from dssdsl.resources.recipes.payload import closed_again, opened
from dssdsl.resources.recipes.window import Desc, WindowRecipe
from tests.resources.recipes.visual import COLUMNS, VisualContract, orders

from .corpus import (
    EDITS,
    HEAD,
    custom,
    flags,
)


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
