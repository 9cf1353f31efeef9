from __future__ import annotations

import pytest

from dssdsl.resources.recipes.aggregations import Agg
from dssdsl.resources.recipes.grouping import GroupingRecipe
from dssdsl.resources.recipes.join import Join
from tests.resources.deploying import faults
from tests.resources.recipes.visual import orders


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
def test_the_errors_of_a_part(p, make, problem, fix):
    """
    Parts tell what they take, as resources do.
    """
    make()

    assert problem in str(p.errors[0])
    assert fix in str(p.errors[0])


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
    assert payload["outputColumnNameOverrides"] == {"amount_sum": "total", "amount_avg": None}

    amount = [Agg("amount", sum="a"), Agg("amount", sum="b"), Agg("cost", min="a")]
    GroupingRecipe("h", inputs="ORDERS", outputs="OUT2", keys="id", aggregations=amount)
    found = "".join(faults(p))
    assert "sum of column \"amount\" is both 'a' and 'b'" in found
    assert 'two results have the name "a"' in found
