from __future__ import annotations

from dssdsl.columns.columns import Columns, Why
from dssdsl.columns.flow import Flow
from dssdsl.columns.recipes import Recipe


def recipe(kind, source, output, payload=None):
    return Recipe(kind, payload or {}, inputs={"main": [source]}, outputs={"main": [output]})


def flow(declared, *recipes):
    writers = {name: one for one in recipes for name in one.outputs["main"]}
    given = {name: Columns.of(names) for name, names in declared.items()}
    return Flow(given.get, writers.get)


def test_columns_pass_through_several_recipes():
    grouped = {"keys": [{"column": "a"}], "values": [{"column": "n", "sum": True}]}
    step = {"type": "ColumnCopier", "params": {"inputColumn": "b", "outputColumn": "n"}}
    found = flow(
        {"SOURCE": "ab"},
        recipe("grouping", "PREPARED", "GROUPED", grouped),
        recipe("shaker", "SOURCE", "PREPARED", {"steps": [step]}),
        recipe("sync", "GROUPED", "COPY"),
    )

    assert found.columns("COPY").names == ["a", "n_sum"]


def test_declared_columns_count_more_than_inferred_ones():
    found = flow({"SOURCE": "ab", "COPY": "x"}, recipe("sync", "SOURCE", "COPY"))

    assert found.columns("COPY").names == ["x"]


def test_the_columns_of_a_source_without_columns_and_of_its_copies_are_unknown():
    found = flow({}, recipe("sync", "SOURCE", "COPY"))

    (gap,) = found.columns("COPY").gaps
    assert (gap.why, gap.where) == (Why.SOURCE, "SOURCE")


def test_a_group_of_an_unknown_input_has_the_columns_that_it_names():
    grouped = {"keys": [{"column": "a"}], "values": [{"column": "n", "sum": True}]}
    found = flow({}, recipe("grouping", "SOURCE", "GROUPED", grouped))

    assert found.columns("GROUPED").names == ["a", "n_sum"]
    assert found.columns("GROUPED").complete


def test_a_circle_is_unknown():
    found = flow({}, recipe("sync", "A", "B"), recipe("sync", "B", "A"))

    assert [gap.why for gap in found.columns("A").gaps] == [Why.CYCLE]


def test_a_flow_of_any_length():
    links = [recipe("sync", f"D{at}", f"D{at + 1}") for at in range(5000)]

    assert flow({"D0": "ab"}, *links).columns("D5000").names == ["a", "b"]
