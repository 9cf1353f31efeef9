from __future__ import annotations

import pytest

from dssdsl.lang.resolver import Resolver
from dssdsl.resources.datasets.columns import TimeDimension
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.datasets.sql import SQLDataset
from dssdsl.resources.recipes.base import Dependency, RecipeInput, RecipeOutput
from dssdsl.resources.recipes.code import PythonRecipe
from dssdsl.resources.zones import FlowZone
from tests.resources.deploying import faults


@pytest.mark.parametrize(
    ("fields", "problem", "fix"),
    [
        (
            {"input": "A", "outputs": "B", "code": "x"},
            'has no field "input"',
            'did you mean "inputs"?',
        ),
        (
            {"code_file": "x.py", "outputs": "B"},
            'has no field "code_file"',
            'did you mean "code=file(...)"?',
        ),
        ({"code": "x"}, 'needs "outputs"', "add outputs=…"),
        ({"outputs": "B"}, 'needs "code"', "add code=…"),
    ],
)
def test_words_from_elsewhere_get_the_right_one(p, fields, problem, fix):
    """
    An unknown or missing argument is said, with the one that was meant.
    """
    PythonRecipe("clean", **fields)

    found = [str(f) for f in p.errors]

    assert any(problem in f and fix in f for f in found), found


def test_a_zone_is_no_input(p):
    """
    A zone where a dataset belongs is said so.
    """
    PythonRecipe("clean", inputs=[FlowZone("Z")], outputs="OUT", code="x = 1\n")

    assert "a FlowZone cannot be an input" in str(p.errors[0])


def test_one_will_do_where_several_may_stand(p):
    """
    A single input, a list of one, and a role's mapping are the same.
    """
    for name, given in [("a", "IN"), ("b", ["IN"]), ("c", {"main": "IN"})]:
        PythonRecipe(name, inputs=given, outputs=f"OUT_{name}", code="x = 1\n")

    assert faults(p) == []
    inputs = [
        Resolver(p).resolve(r.wanted())["inputs"]["main"]["items"][0]["ref"]
        for r in p.resources[1:]
    ]
    assert inputs == ["IN", "IN", "IN"]


def test_an_output_in_another_zone_names_both_lines(p):
    """
    A recipe and its output in different zones are refused, with both places.
    """
    with FlowZone("A"):
        out = Dataset("OUT", connection="c")
    PythonRecipe("clean", outputs=out, code="x = 1\n")

    (found,) = faults(p)

    assert f"its output OUT at {out.source} is in zone A, the recipe is in none" in found
    assert "share one zone" in found


def test_two_writers_are_refused(p):
    """
    One dataset has one recipe.
    """
    PythonRecipe("a", outputs="OUT", code="x = 1\n")
    PythonRecipe("b", outputs="OUT", code="x = 1\n")

    assert "two recipes write OUT" in faults(p)[0]


def test_partition_dependencies_stand_with_the_input(p):
    """
    A dependency is written as DSS has it, and its dimension is checked.
    """
    day = SQLDataset("DAY", connection="pg", table="t", partitioning=TimeDimension("day"))
    deps = Dependency("equals", dimension="day")
    PythonRecipe(
        "a",
        inputs=RecipeInput(day, deps=deps),
        outputs=RecipeOutput("OUT", append=True),
        code="x = 1\n",
    )

    document = p.resources[-1].wanted()

    assert (
        document["inputs"]["main"]["items"][0]["deps"][0].items()
        >= {"func": "equals", "idim": "day", "odim": "day"}.items()
    )
    assert document["outputs"]["main"]["items"][0]["appendMode"] is True
    PythonRecipe(
        "b",
        inputs=RecipeInput(day, deps=Dependency("equals", dimension="hour")),
        outputs="B",
        code="x = 1\n",
    )
    assert 'DAY has no dimension "hour"' in faults(p)[0]
