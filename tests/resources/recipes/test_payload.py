from __future__ import annotations

import json

from dssdsl.resources.recipes.payload import closed_again, opened

from .corpus import (
    flags,
)


def test_columns_that_compute_nothing_are_kept_aside():
    """
    Entries without a true flag are no difference, and survive a write where they were.
    """
    text = json.dumps({"values": [flags("a"), flags("b", "sum"), flags("c")], "$x": 1}, indent=2)

    document = {"payload": opened({"type": "grouping"}, text)}

    assert [v["column"] for v in document["payload"]["values"]] == ["b"]
    assert closed_again(document, document)[1] == text
