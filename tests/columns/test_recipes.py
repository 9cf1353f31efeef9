from __future__ import annotations

import json

import pytest

from dssdsl.columns.columns import Column, Columns, Gap, Why
from dssdsl.columns.recipes import Recipe, outputs

from .rules import RECIPES, after, why_unknown


def made(entry, inputs):
    """The columns of the output of a rule's recipe."""
    names = [f"IN{place}" for place, _ in enumerate(inputs)]
    payload = entry.get("payload") or {}
    recipe = Recipe(
        entry["type"],
        payload if isinstance(payload, str) else json.dumps(payload),
        entry.get("params") or {},
        {"main": names},
        {"main": ["OUT"]},
    )
    return outputs(recipe, dict(zip(names, inputs, strict=True)).__getitem__)["OUT"]


@pytest.mark.parametrize("entry", RECIPES, ids=[entry["rule"] for entry in RECIPES])
def test_each_rule(entry):
    found = made(entry, [Columns.of(names) for names in entry["inputs"]])

    if why := why_unknown(entry):
        assert [gap.why for gap in found.gaps] == [Why(why)]
        assert not found.complete
    else:
        assert found.names == after(entry)
        assert found.exact


@pytest.mark.parametrize("entry", RECIPES, ids=[entry["rule"] for entry in RECIPES])
def test_with_an_unknown_input_only_the_recipes_own_columns_are_known(entry):
    """
    A recipe that does not list the columns of its output has an unknown output.
    """
    gap = Gap(Why.SOURCE, where="IN0")

    found = made(entry, [Columns.unknown(gap) for _ in entry["inputs"]])

    lists = entry["type"] in ("grouping", "window", "distinct", "join", "vstack", "topn")
    assert lists or not found.exact


@pytest.mark.parametrize(
    ("flags", "kind", "types"),
    [
        ({"min": True, "max": True, "first": True}, "date", ["date", "date", "date"]),
        ({"count": True, "countDistinct": True}, "string", ["bigint", "bigint"]),
        ({"avg": True, "sum": True, "stddev": True}, "int", ["double", "bigint", "double"]),
        ({"sum": True}, "float", ["double"]),
        ({"concat": True}, "double", ["string"]),
        ({"sum": True, "max": True}, None, [None, None]),
    ],
)
def test_types_of_aggregations(flags, kind, types):
    recipe = Recipe(
        "grouping",
        {"values": [{"column": "a", **flags}], "enlargeYourBits": True},
        inputs={"main": ["IN"]},
        outputs={"main": ["OUT"]},
    )

    found = outputs(recipe, lambda _: Columns((Column("a", kind),)))["OUT"]

    assert [one.type for one in found.listed] == types


def test_prepare_keeps_types_that_no_sample_decides():
    """
    Text can become a number or a date; a large integer stays one.
    """
    source = Columns((Column("a", "string"), Column("b", "bigint"), Column("c", "date")))
    recipe = Recipe("shaker", {"steps": []}, inputs={"main": ["IN"]}, outputs={"main": ["OUT"]})

    found = outputs(recipe, lambda _: source)["OUT"]

    assert [one.type for one in found.listed] == [None, "bigint", "date"]


def test_partitioned_files_have_no_column_for_their_dimension():
    recipe = Recipe("sync", {}, inputs={"main": ["IN"]}, outputs={"main": ["OUT"]})

    found = outputs(recipe, lambda _: Columns.of("ab"), {"OUT": ["b"]})["OUT"]

    assert found.names == ["a"]


def test_rows_without_a_match_have_the_columns_of_their_input():
    payload = {"virtualInputs": [{"index": 1}, {"index": 0}], "selectedColumns": []}
    roles = {"main": ["OUT"], "unmatchedLeft": ["L"], "unmatchedRight": ["R"]}
    recipe = Recipe("join", payload, inputs={"main": ["A", "B"]}, outputs=roles)

    found = outputs(recipe, {"A": Columns.of("ab"), "B": Columns.of("bc")}.__getitem__)

    assert (found["L"].names, found["R"].names) == (["b", "c"], ["a", "b"])


def test_kept_columns_are_known_after_a_step_that_depends_on_the_data():
    steps = [
        {"type": "JSONFlattener", "params": {"inCol": "b"}},
        {"type": "ColumnsSelector", "params": {"keep": True, "columns": ["b_x", "a"]}},
    ]
    recipe = Recipe("shaker", {"steps": steps}, inputs={"main": ["IN"]}, outputs={"main": ["OUT"]})

    found = outputs(recipe, lambda _: Columns.of("abc"))["OUT"]

    assert found.complete
    assert not found.ordered
    assert {*found.names} == {"a", "b_x"}
