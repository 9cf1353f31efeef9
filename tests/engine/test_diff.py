from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from dssdsl.engine.diff import compare
from dssdsl.lang.fields import (
    REMOVE,
    at,
    create_only,
    keyed,
    laid_over,
    moves_data,
    resets_to,
    set_by_runs,
    shape_of,
    unordered,
    whole,
    write_only,
)
from dssdsl.plan.changes import Reason

CASES = YAML(typ="safe").load(Path(__file__).with_name("diff.yaml").read_text(encoding="utf-8"))
SHAPE = shape_of(
    {
        "title": (at("title"),),
        "path": (at("path"), moves_data),
        "tags": (at("tags"), unordered, resets_to([])),
        "format": (at("format"), create_only),
        "hidden": (at("hidden"), create_only, write_only),
        "variables": (at("variables"),),
        "grants": (at("grants"), keyed("group"), laid_over),
        "columns": (at("columns"), keyed("name")),
        "schema": (at("schema.columns"), keyed("name"), set_by_runs),
    },
    {"variables.*": (whole, resets_to(REMOVE))},
)


def compared(case):
    """What comparing the documents of a case gives."""
    documents = (case["want"], case["recorded"], case.get("normalized", {}), case["live"])
    return compare(*documents, SHAPE, runs=case.get("runs", ()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_cases(case):
    """
    Each case of diff.yaml gives the changes and the normalized values that it lists.
    """
    found = compared(case)

    assert case["changes"] == [
        [c.pointer, c.old, c.new, c.reason.value, c.effect.value] for c in found.changes
    ]
    if "becomes_normalized" in case:
        assert case["becomes_normalized"] == found.normalized


def test_each_row_of_the_ladder_has_a_case():
    """
    No row that compares documents is left out of diff.yaml.
    """
    rows = {row for case in CASES for row in compared(case).reasons}

    assert set(Reason) - {Reason.NEW, Reason.GONE, Reason.UNMANAGED} == rows
