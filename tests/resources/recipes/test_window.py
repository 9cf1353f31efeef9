from __future__ import annotations

import json

import pytest

from dssdsl.lang.graph import build
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.values import settled
from dssdsl.resources.recipes.aggregations import WindowAgg
from dssdsl.resources.recipes.expressions import SQL, Computed
from dssdsl.resources.recipes.ordering import Desc
from dssdsl.resources.recipes.payload import closed_again, opened
from dssdsl.resources.recipes.window import Window, WindowRecipe
from tests.resources.deploying import faults
from tests.resources.recipes.visual import COLUMNS, VisualContract, orders

from .corpus import (
    EDITS,
    HEAD,
    custom,
    differences,
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
                    lagDiff=True,
                    lead=False,
                    leadValues="1",
                    dateDiffUnit="DAY",
                ),
                flags("cost", value=False, lead=True, leadDiff=True, leadValues="2", lag=False),
            ],
            "rowNumber": True,
            "rank": True,
            "denseRank": True,
            "cumeDist": True,
            "ntile": True,
            "ntileValues": "4",
            "retrievedColumnsSelectionMode": "ALL",
            "preFilter": custom("amount > 0"),
            "postFilter": custom("amount > 1"),
            "computedColumns": [
                {"name": "margin", "type": "double", "mode": "SQL", "expr": "amount - cost"}
            ],
            "outputColumnNameOverrides": {"amount_sum": "total", "rank": "place"},
            "engineType": "DSS",
        },
    }
    unset = ("windows",)
    edits = [
        *EDITS,
        ("rank", True, "update"),
        ("cume_dist", False, "update"),
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
                WindowAgg("amount", lag=[1, 7], lag_diff=[1, 7], unit="DAY"),
                WindowAgg("cost", lead=2, lead_diff=2),
            ],
            "row_number": True,
            "rank": "place",
            "dense_rank": True,
            "cume_dist": True,
            "ntile": 4,
            "pre_filter": "amount > 0",
            "post_filter": "amount > 1",
            "computed_columns": [Computed("margin", SQL("amount - cost"))],
            "engine": "DSS",
        }


def test_several_windows(p):
    """
    Each window has its own partitions, order and frame; they replace those of the recipe.
    """
    home = Window(partition_by="id", order_by="day", preceding=5, following=-1, prefix="home")
    away = Window(partition_by=["id", "amount"], prefix="away")
    WindowRecipe("w", inputs=orders(), outputs="OUT", windows=[home, away], row_number=True)
    build(p)
    assert faults(p) == []

    first, second = settled(p.resources[-1].wanted())["payload"]["windows"]

    assert ("home", ["id"], True, 5, -1) == (
        first["prefix"],
        first["partitioningColumns"],
        first["enableOrdering"],
        first["precedingRows"],
        first["followingRows"],
    )
    assert ("away", ["id", "amount"], False, False) == (
        second["prefix"],
        second["partitioningColumns"],
        second["enableOrdering"],
        second["enableLimits"],
    )


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (
            {"windows": Window(order_by="day"), "order_by": "day"},
            "it has windows and order_by",
        ),
        ({"windows": Window(partition_by="nope")}, 'ORDERS has no column "nope"'),
        (
            {"order_by": "day", "aggregations": WindowAgg("amount", lag=1, lag_diff=2)},
            'lag and lag_diff of column "amount" differ',
        ),
    ],
)
def test_the_errors_of_a_window(p, fields, problem):
    WindowRecipe("w", inputs=orders(), outputs="OUT", **fields)

    assert [f for f in faults(p) if problem in f]


def test_settings_that_are_switched_off_have_no_effect(p):
    """
    DSS keeps the order and the frame that somebody switched off; they are no difference.
    """
    document = {
        **HEAD,
        "name": "w",
        "type": "window",
        "payload": opened(
            {"type": "window"},
            json.dumps(
                {
                    "windows": [
                        {
                            "enablePartitioning": True,
                            "partitioningColumns": ["id"],
                            "enableOrdering": False,
                            "orders": [{"column": "id"}],
                            "enableLimits": False,
                            "limitPreceding": True,
                            "precedingRows": 3,
                        }
                    ],
                    "values": [flags("amount", "max")],
                    "outputColumnNameOverrides": {"amount_min": "least"},
                    "postFilter": {
                        "enabled": False,
                        "uiData": {"mode": "&&", "conditions": [{"input": "id"}]},
                    },
                }
            ),
        ),
    }
    WindowRecipe(
        "w",
        inputs=orders(),
        outputs="RESULT",
        partition_by="id",
        aggregations=WindowAgg("amount", max=True),
    )

    assert differences(p, document) == {}


def test_a_window_keeps_its_columns(p):
    """
    A new window has an entry for every known column; one that computes nothing any more stays.
    """
    WindowRecipe(
        "w", inputs=orders(), outputs="OUT", order_by="day", aggregations=WindowAgg("amount", lag=7)
    )
    build(p)
    from dssdsl.lang.overlay import overlay, plain

    recipe = p.resources[-1]
    want = Resolver(p).resolve(recipe.wanted())
    _, text = closed_again(plain(want), {})
    values = json.loads(text)["values"]
    assert [(v["column"], v["value"]) for v in values] == [(c, True) for c in COLUMNS]

    live = {"payload": opened({"type": "window"}, text)}
    less = {"payload": {**settled(want)["payload"], "values": []}}
    after = overlay(live, less, type(recipe).shape())
    values = json.loads(closed_again(after, live)[1])["values"]
    assert {v["column"]: v["value"] for v in values} == dict.fromkeys(COLUMNS, True)
    assert not any(v.get("lag") for v in values)
