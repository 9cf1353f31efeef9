"""The one "did you mean" of all messages."""

from __future__ import annotations

import pytest

from dssdsl.lang.near import close, did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("ORDRES", ["ORDERS", "CUSTOMERS"], ["ORDERS"]),
        ("orders", ["ORDERS", "ORDER"], ["ORDERS"]),
        ("full outer", ["FULL_OUTER", "FULL"], ["FULL_OUTER"]),
        ("SQLDatset", ["SQLDataset", "S3Dataset"], ["SQLDataset"]),
        ("ORDER_X", ["ORDER_A", "ORDER_B"], ["ORDER_A", "ORDER_B"]),
        ("zebra", ["ORDERS"], []),
        ("ORDERS", [], []),
    ],
)
def test_names_that_may_have_been_meant(name, known, found):
    assert set(found) == set(close(name, known))
    assert (nearest(name, known) in found) if found else nearest(name, known) is None


def test_the_hint_names_them():
    assert 'did you mean "ORDERS"?' == did_you_mean("ORDRES", ["ORDERS"])
    assert did_you_mean("zebra", ["ORDERS"]) is None
