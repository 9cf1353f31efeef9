"""Dimensions, dependencies and specifications of partitions are checked before anything is sent."""

from __future__ import annotations

import pytest

from dssdsl.lang.values import at_creation
from dssdsl.resources.datasets.columns import TimeDimension, ValueDimension
from dssdsl.resources.datasets.files import FilesystemDataset
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.datasets.sql import SQLDataset
from dssdsl.resources.partitions import KEYWORDS, check_spec
from dssdsl.resources.recipes.base import Dependency, RecipeInput
from dssdsl.resources.recipes.code import PythonRecipe
from dssdsl.resources.recipes.sync import SyncRecipe
from dssdsl.resources.scenarios.scenario import Scenario
from dssdsl.resources.scenarios.steps import Build, Check
from tests.resources.deploying import faults, program

DAY, MONTH = TimeDimension("day"), TimeDimension("month", period="MONTH")
COUNTRY = ValueDimension("country")


@pytest.fixture
def p():
    with program() as made:
        yield made


def table(name, *dimensions, **fields):
    return SQLDataset(name, connection="w", table=name, partitioning=list(dimensions), **fields)


def copied(given, output, **fields):
    PythonRecipe("r", inputs=given, outputs=output, code="pass", **fields)


@pytest.mark.parametrize(
    ("dimensions", "spec"),
    [
        ([DAY], "2026-01-31"),
        ([DAY], "CURRENT_DAY"),
        ([DAY], "PREVIOUS_DAY, 2026-01-31"),
        ([DAY], "2026-01-01/2026-01-31"),
        ([MONTH], "2026-01/CURRENT_MONTH"),
        ([TimeDimension("h", period="HOUR")], "2026-01-31-23"),
        ([TimeDimension("y", period="YEAR")], "PREVIOUS_YEAR"),
        ([COUNTRY], "YESTERDAY"),
        ([COUNTRY], "FR/DE"),
        ([DAY, COUNTRY], "2026-01-01/2026-01-31|FR/DE,CURRENT_DAY|UK"),
        ([DAY], "${day}"),
        ([DAY, COUNTRY], "${partition}"),
    ],
)
def test_partitions_that_dss_understands(dimensions, spec):
    assert list(check_spec(spec, dimensions, "D")) == []


@pytest.mark.parametrize(
    ("dimensions", "spec", "text", "fix"),
    [
        ([DAY], "YESTERDAY", '"YESTERDAY" is no partition of the dimension "day"', "PREVIOUS_DAY"),
        ([DAY], "TODAY", '"TODAY" is no partition', "CURRENT_DAY"),
        ([MONTH], "LAST_MONTH", '"LAST_MONTH" is no partition', "PREVIOUS_MONTH"),
        ([DAY], "current_day", '"current_day" is no partition', "CURRENT_DAY"),
        ([MONTH], "CURRENT_DAY", "CURRENT_DAY is no partition", "write CURRENT_MONTH"),
        ([DAY], "2026-01", '"2026-01" is no partition', "write 2026-01-31, or one of CURRENT_DAY"),
        ([DAY], "2026-01-31,soon", '"soon" is no partition', ""),
        ([DAY], "2026-01-01/later", '"later" is no partition', ""),
        ([DAY, COUNTRY], "CURRENT_DAY", "has one value, and its dimensions are day, country", "|"),
        ([DAY], "CURRENT_DAY|FR", "has 2 values, and its dimensions are day", "2026-01-31"),
        ([], "CURRENT_DAY", "D has no partitions", "leave it out"),
    ],
)
def test_partitions_that_dss_does_not_understand(dimensions, spec, text, fix):
    (found,) = check_spec(spec, dimensions, "D")

    assert text in found.text
    assert fix in (found.fix or "")


def test_all_keywords():
    """
    Each period has a keyword for the current and one for the previous time.
    """
    assert sorted(KEYWORDS) == [
        *("CURRENT_DAY", "CURRENT_HOUR", "CURRENT_MONTH", "CURRENT_YEAR"),
        *("PREVIOUS_DAY", "PREVIOUS_HOUR", "PREVIOUS_MONTH", "PREVIOUS_YEAR"),
    ]


@pytest.mark.parametrize(
    ("deps", "problem"),
    [
        (None, "nothing says which partitions of IN it reads"),
        ([], "nothing says which partitions of IN it reads"),
        (Dependency("equals"), "a dependency of IN has no dimension"),
        (Dependency("all_available"), "a dependency of IN has no dimension"),
        (Dependency("all_available", dimension="dya"), 'IN has no dimension "dya"'),
        (Dependency("equals", dimension="day"), 'needs the dimension "day" in the output'),
    ],
)
def test_dependencies_that_do_not_fit(p, deps, problem):
    given = table("IN", DAY)
    copied(given if deps is None else RecipeInput(given, deps=deps), table("OUT", COUNTRY))

    assert any(problem in found for found in faults(p))


def test_dimensions_of_the_same_name_are_equal_by_default(p):
    copied(table("IN", DAY, COUNTRY), table("OUT", DAY, COUNTRY))

    assert faults(p) == []
    (items,) = at_creation(p.resources[-1].wanted())["inputs"].values()
    found = [(dep["func"], dep["idim"], dep["odim"]) for dep in items["items"][0]["deps"]]
    assert found == [("equals", "day", "day"), ("equals", "country", "country")]


def test_each_dimension_needs_a_dependency(p):
    deps = Dependency("equals", dimension="day")
    copied(RecipeInput(table("IN", DAY, COUNTRY), deps=deps), table("OUT", DAY))

    (found,) = faults(p)

    assert 'no dependency has the dimension "country"' in found


@pytest.mark.parametrize(
    "deps",
    [
        Dependency("equals", dimension="day"),
        Dependency("all_available", dimension="day"),
        Dependency("time_range", dimension="day", params={"fromMode": "RELATIVE_OFFSET"}),
    ],
)
def test_dependencies_that_fit(p, deps):
    copied(RecipeInput(table("IN", DAY), deps=deps), table("OUT", DAY))

    assert faults(p) == []


def test_dimensions_of_another_name(p):
    deps = Dependency("equals", dimension="day", output_dimension="date")
    copied(RecipeInput(table("IN", DAY), deps=deps), table("OUT", TimeDimension("date")))

    assert faults(p) == []
    (items,) = p.resources[-1].wanted()["inputs"].values()
    assert (
        items["items"][0]["deps"][0] | {"idim": "day", "odim": "date"}
        == items["items"][0]["deps"][0]
    )


def test_a_renamed_dimension_is_found_where_it_is_used(p):
    deps = Dependency("equals", dimension="day")
    copied(
        RecipeInput(table("IN", TimeDimension("date")), deps=deps),
        table("OUT", TimeDimension("date")),
    )

    found = "\n".join(faults(p))

    assert 'IN has no dimension "day"' in found
    assert 'needs the dimension "day" in the output, which has date' in found


def test_a_dependency_on_what_has_no_partitions(p):
    copied(
        RecipeInput(table("IN"), deps=Dependency("all_available", dimension="day")), table("OUT")
    )

    (found,) = faults(p)

    assert 'IN has no dimension "day"' in found


def test_what_the_program_does_not_declare_is_not_checked(p):
    outside = SQLDataset.existing("IN")
    copied(RecipeInput(outside, deps=Dependency("equals", dimension="day")), table("OUT", DAY))

    assert faults(p) == []


def test_rows_without_partitions_go_into_every_partition(p):
    SyncRecipe("copy", inputs=table("IN"), outputs=table("OUT", DAY))

    assert faults(p) == []
    assert "each partition gets all rows of IN" in p.warnings[0]


def test_rows_can_be_divided_into_partitions(p):
    divides = {"redispatchPartitioning": True}
    SyncRecipe("copy", inputs=table("IN"), outputs=table("OUT", DAY), raw=divides)

    assert (faults(p), p.warnings) == ([], [])


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (lambda d: Build(d, partitions="YESTERDAY"), 'Build: "YESTERDAY" is no partition'),
        (lambda d: Check(d, partitions="2026"), 'Check: "2026" is no partition'),
        (Build, "Build(D) names no partitions, and D has the dimension day"),
    ],
)
def test_steps_name_partitions(p, step, problem):
    Scenario("S", steps=step(table("D", DAY)))

    (found,) = faults(p)

    assert problem in found


def test_steps_on_what_has_no_partitions(p):
    whole = table("D")
    Scenario(
        "S", steps=[Build(whole), Check(table("E", DAY)), Build(whole, partitions="CURRENT_DAY")]
    )

    (found,) = faults(p)

    assert "D has no partitions" in found


def test_a_table_has_a_column_for_each_dimension(p):
    table("D", DAY, COUNTRY, columns={"day": "date", "contry": "string"})

    (found,) = faults(p)

    assert 'its dimension "country" is none of its columns' in found
    assert 'did you mean "contry"?' in found


@pytest.mark.parametrize(
    ("dimensions", "pattern", "lacks"),
    [([DAY], "/%{day}/.*", "%D"), ([DAY, COUNTRY], "/%Y/%M/%D/.*", "%{country}")],
)
def test_the_paths_of_files_have_each_dimension(p, dimensions, pattern, lacks):
    FilesystemDataset(
        "D", connection="f", path="x", partitioning=dimensions, partition_pattern=pattern
    )

    (found,) = faults(p)

    assert f"write {lacks} where the paths have it" in found


def test_files_need_no_column_for_a_dimension(p):
    columns = {"id": "bigint"}
    Dataset("D", connection="f", partitioning=DAY, columns=columns)

    assert faults(p) == []
