"""Columns that come out of other recipes are known, and checked."""

from __future__ import annotations

import pytest

from dssdsl.resources.datasets.columns import ValueDimension
from dssdsl.resources.datasets.files import FilesystemDataset
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.datasets.sql import SQLDataset
from dssdsl.resources.recipes import prepare
from dssdsl.resources.recipes.aggregations import Agg, WindowAgg
from dssdsl.resources.recipes.code import PythonRecipe
from dssdsl.resources.recipes.expressions import SQL, Computed
from dssdsl.resources.recipes.generic import Recipe
from dssdsl.resources.recipes.grouping import GroupingRecipe
from dssdsl.resources.recipes.join import Join, JoinInput, JoinRecipe
from dssdsl.resources.recipes.known import Known
from dssdsl.resources.recipes.prepare.recipe import PrepareRecipe
from dssdsl.resources.recipes.stack import StackRecipe
from dssdsl.resources.recipes.sync import SyncRecipe
from dssdsl.resources.recipes.window import WindowRecipe
from tests.resources.deploying import faults

COLUMNS = {"id": "bigint", "day": "date", "amount": "double"}


def source(name="RAW", columns=COLUMNS):
    return SQLDataset(name, connection="w", table=name, columns=columns)


def out(name, **fields):
    return Dataset(name, connection="w", **fields)


def prepared(columns=COLUMNS):
    """A dataset that a prepare recipe writes: ``id``, ``day``, ``amount`` and ``net``."""
    clean = out("CLEAN")
    net = prepare.Formula("net", "amount * 2")
    PrepareRecipe("clean", inputs=source(columns=columns), outputs=clean, steps=net)
    return clean


def grouped():
    """A dataset that a grouping recipe writes: ``day`` and ``net_sum``."""
    by_day = out("BY_DAY")
    GroupingRecipe(
        "by_day", inputs=prepared(), outputs=by_day, keys="day", aggregations=Agg("net", sum=True)
    )
    return by_day


def coded():
    made = out("CODED")
    PythonRecipe("coded", inputs=prepared(), outputs=made, code="pass")
    return made


def recipes(given, name="r"):
    """Functions that declare a recipe, by its use of the column *x*, which its input may lack."""
    result = out("RESULT")
    other = source("OTHER", {"id": "bigint", "x": "string"})
    common = {"outputs": result}
    return {
        "key": lambda: GroupingRecipe(name, inputs=given, keys="x", **common),
        "aggregation": lambda: GroupingRecipe(
            name, inputs=given, keys=[], aggregations=Agg("x", sum=True), **common
        ),
        "order of an aggregation": lambda: GroupingRecipe(
            name,
            inputs=given,
            keys=[],
            aggregations=Agg("day", first=True, order_column="x"),
            **common,
        ),
        "computed column": lambda: GroupingRecipe(
            name, inputs=given, keys=[], computed_columns=Computed("c", "x + 1"), **common
        ),
        "filter": lambda: GroupingRecipe(name, inputs=given, keys=[], pre_filter="x > 1", **common),
        "partition": lambda: WindowRecipe(name, inputs=given, partition_by="x", **common),
        "order": lambda: WindowRecipe(name, inputs=given, order_by="x", **common),
        "window filter": lambda: WindowRecipe(name, inputs=given, pre_filter="x > 1", **common),
        "condition": lambda: JoinRecipe(
            name, inputs=[given, other], joins=Join({"x": "id"}), **common
        ),
        "selection": lambda: JoinRecipe(
            name,
            inputs=[JoinInput(given, select=["x"]), other],
            joins=Join({"day": "id"}),
            **common,
        ),
        "filter of an input": lambda: JoinRecipe(
            name,
            inputs=[JoinInput(given, pre_filter="x > 1"), other],
            joins=Join({"day": "id"}),
            **common,
        ),
        "step": lambda: PrepareRecipe(
            name, inputs=given, outputs=result, steps=prepare.FillEmpty("x", "0")
        ),
        "formula": lambda: PrepareRecipe(
            name, inputs=given, outputs=result, steps=prepare.Formula("new", "x + 1")
        ),
        "step of any type": lambda: PrepareRecipe(
            name, inputs=given, outputs=result, steps=prepare.Step("MatchCounter", {"inCol": "x"})
        ),
        "any type": lambda: Recipe(
            name, type="distinct", inputs=given, payload={"keys": [{"column": "x"}]}, **common
        ),
        "sort": lambda: Recipe(
            name, type="sort", inputs=given, payload={"orders": [{"column": "x"}]}, **common
        ),
        "split": lambda: Recipe(
            name, type="split", inputs=given, payload={"mode": "VALUES", "column": "x"}, **common
        ),
        "rules": lambda: Recipe(
            name,
            type="sampling",
            inputs=given,
            payload={
                "enabled": True,
                "uiData": {"mode": "&&", "conditions": [{"input": "x", "operator": "contains"}]},
            },
            **common,
        ),
    }


ALL = [
    *("key", "aggregation", "order of an aggregation", "computed column", "filter", "partition"),
    *("order", "window filter", "condition", "selection", "filter of an input", "step", "formula"),
    *("step of any type", "any type", "sort", "split", "rules"),
]


@pytest.mark.parametrize("use", ALL)
@pytest.mark.parametrize("upstream", [source, prepared, grouped])
def test_a_column_that_no_input_has_is_an_error(p, use, upstream):
    """
    It is an error whether the input declares its columns, or a recipe makes them.
    """
    given = upstream()
    recipes(given)[use]()

    found = faults(p)

    assert len(found) == 1, found
    assert 'column "x"' in found[0]
    assert given.name in found[0]
    assert "it has " in found[0] or "did you mean" in found[0]


@pytest.mark.parametrize("use", ALL)
def test_nothing_is_checked_where_columns_are_unknown(p, use):
    recipes(coded())[use]()

    assert faults(p) == []


@pytest.mark.parametrize("use", ALL)
def test_of_a_source_without_columns_nothing_is_known(p, use):
    recipes(prepared(columns=None))[use]()

    assert faults(p) == []


def test_the_nearest_name_of_a_made_column_is_proposed(p):
    GroupingRecipe("r", inputs=grouped(), outputs=out("RESULT"), keys="net_sums")

    (found,) = faults(p)

    assert 'BY_DAY has no column "net_sums"' in found
    assert 'did you mean "net_sum"?' in found


def test_a_group_of_an_unknown_input_has_only_its_own_columns(p):
    by_day = out("BY_DAY")
    GroupingRecipe("by_day", inputs=coded(), outputs=by_day, keys="day", count=True)
    GroupingRecipe("r", inputs=by_day, outputs=out("RESULT"), keys="dya")

    (found,) = faults(p)

    assert 'BY_DAY has no column "dya"' in found


def test_each_step_sees_the_columns_of_the_steps_before_it(p):
    steps = [
        prepare.RenameColumns({"amount": "total"}),
        prepare.Group("g", [prepare.RemoveColumns("day"), prepare.Formula("a", "total + amount")]),
        prepare.FillEmpty("day", "0"),
        prepare.FillEmpty("a", "0", disabled=True),
        prepare.FillEmpty("nowhere", "0", disabled=True),
    ]
    PrepareRecipe("r", inputs=source(), outputs=out("RESULT"), steps=steps)

    found = faults(p)

    assert ['step 2.2 (Formula) reads the column "amount"' in found[0], len(found)] == [True, 2]
    assert 'step 3 (FillEmpty) reads the column "day"' in found[1]


def test_after_a_step_that_depends_on_the_data_nothing_is_checked(p):
    steps = [prepare.FlattenJSON("day"), prepare.FillEmpty("day_x", "0")]
    PrepareRecipe("r", inputs=source(), outputs=out("RESULT"), steps=steps)

    assert faults(p) == []


def test_sql_is_not_read(p):
    GroupingRecipe(
        "r",
        inputs=source(),
        outputs=out("RESULT"),
        keys="id",
        pre_filter=SQL("nowhere > 1"),
        computed_columns=Computed("c", SQL("nowhere + 1")),
    )

    assert faults(p) == []


def test_a_filter_of_results_reads_generated_names_and_new_ones(p):
    GroupingRecipe(
        "r",
        inputs=source(),
        outputs=out("RESULT"),
        keys="id",
        aggregations=Agg("amount", sum="total"),
        post_filter="amount_sum > 1 && total > 1 && id > 1 && day > 1",
    )

    (found,) = faults(p)

    assert 'post_filter reads the column "day", which its result does not have' in found


def test_a_computed_column_may_read_an_earlier_one(p):
    computed = [Computed("a", "amount + 1"), Computed("b", "a + 1")]
    GroupingRecipe("r", inputs=source(), outputs=out("R"), keys="b", computed_columns=computed)

    assert faults(p) == []


def test_a_recipe_that_exists_already_is_adopted_as_it_is(p):
    GroupingRecipe("r", inputs=source(), outputs=out("RESULT"), keys="x", adopt=True)

    assert faults(p) == []
    assert 'RAW has no column "x"' in p.warnings[0]


def test_an_adopted_recipe_may_have_more_settings_than_the_program_knows(p):
    made = out("MADE")
    payload = {"keys": [{"column": "id"}]}
    Recipe("made", type="grouping", inputs=source(), outputs=made, payload=payload, adopt=True)
    GroupingRecipe("r", inputs=made, outputs=out("RESULT"), keys="x")

    assert faults(p) == []


def test_a_copy_into_files_lacks_their_dimension(p):
    files = FilesystemDataset(
        "FILES", connection="f", path="p", partitioning=ValueDimension("day"), managed=True
    )
    SyncRecipe("copy", inputs=source(), outputs=files)
    GroupingRecipe("r", inputs=files, outputs=out("RESULT"), keys="day")

    assert [f for f in faults(p) if 'FILES has no column "day"' in f]


def test_columns_pass_through_a_stack_and_a_window(p):
    stacked, ranked = out("STACKED"), out("RANKED")
    other = source("OTHER", {"id": "bigint", "y": "string"})
    StackRecipe("stack", inputs=[prepared(), other], outputs=stacked, origin_column="from")
    WindowRecipe(
        "rank",
        inputs=stacked,
        outputs=ranked,
        order_by="id",
        rank=True,
        aggregations=WindowAgg("net", lag=[1, 7]),
    )

    names = Known.of(p).flow.columns(ranked.key).names

    assert {*names} == {
        *("id", "day", "amount", "net", "y", "from", "net_lag1", "net_lag7", "rank"),
    }
    assert faults(p) == []


def test_recipes_in_a_circle_are_one_error(p):
    a, b = out("A"), out("B")
    WindowRecipe("ab", inputs=a, outputs=b, order_by="x")
    WindowRecipe("ba", inputs=b, outputs=a, order_by="x")

    assert len(faults(p)) == 1
