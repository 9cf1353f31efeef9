from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from dssdsl.resources.recipes.expressions import filter_document
from dssdsl.resources.recipes.grouping import GroupingRecipe
from dssdsl.resources.recipes.payload import opened
from dssdsl.resources.recipes.rules import OPERATORS, Col, Rule, Rules
from tests.resources.deploying import faults
from tests.resources.recipes.visual import orders

from .corpus import HEAD, condition, custom, differences, rules


@pytest.mark.parametrize(
    ("rule", "token", "values"),
    [
        (Rule("c", "==", "FR"), "== [string]", {"string": "FR"}),
        (Rule("c", "!=", "FR"), "!= [string]", {"string": "FR"}),
        (Rule("c", "== [string]i", "fr"), "== [string]i", {"string": "fr"}),
        (Rule("c", "contains", "F"), "contains", {"string": "F"}),
        (Rule("c", "not  contains", "F"), "not contains", {"string": "F"}),
        (Rule("c", "regex", "^F"), "regex", {"string": "^F"}),
        (Rule("n", "==", 0), "== [number]", {"num": 0}),
        (Rule("n", ">", 1), ">  [number]", {"num": 1}),
        (Rule("n", "> [number]", 1), ">  [number]", {"num": 1}),
        (Rule("n", ">=", 1.5), ">= [number]", {"num": 1.5}),
        (Rule("n", "><", 1, 5), ">< [number]", {"num": 1, "num2": 5}),
        (Rule("n", "<", Col("m")), "<  [column]", {"col": "m"}),
        (Rule("c", "== [NaNcolumn]", Col("d")), "== [NaNcolumn]", {"col": "d"}),
        (
            Rule("d", ">=", date(2026, 1, 31)),
            ">= [date]",
            {"date": "2026-01-31", "time": "00:00"},
        ),
        (
            Rule("d", "<", datetime(2026, 1, 31, 8, 30, tzinfo=UTC)),
            "<  [date]",
            {"date": "2026-01-31", "time": "08:30"},
        ),
        (
            Rule("d", "<", "2026-01-31T08:30"),
            "<  [date]",
            {"date": "2026-01-31", "time": "08:30"},
        ),
        (
            Rule("d", "><", "2026-01-01", "2026-02-01"),
            ">< [date]",
            {"date": "2026-01-01", "time": "00:00", "date2": "2026-02-01", "time2": "00:00"},
        ),
        (
            Rule("d", "==", date(2026, 1, 1), unit="MONTH"),
            "== [date]",
            {"date": "2026-01-01", "time": "00:00", "unit": "MONTH"},
        ),
        (Rule("c", "in", ["a", "b"]), "in [string]", {"items": [{"string": "a"}, {"string": "b"}]}),
        (Rule("n", "not in", [1, 2]), "not in [number]", {"items": [{"num": 1}, {"num": 2}]}),
        (
            Rule("a", "array contains any", ["x"]),
            "array contains any [enum]",
            {"items": [{"string": "x"}]},
        ),
        (Rule("c", "is defined"), "not empty string", {}),
        (Rule("c", "is not defined"), "empty string", {}),
        (Rule("b", "true"), "true", {}),
    ],
)
def test_a_rule_is_a_condition_of_dss(rule, token, values):
    """
    The type of the value chooses the operator, spelled as DSS spells it; the condition has nothing else.
    """
    assert not rule._spoilt
    assert token in OPERATORS
    assert {"input": rule.column, "operator": token, **values} == rule.document(None)


@pytest.mark.parametrize(
    ("make", "problem", "fix"),
    [
        (("a", "equals", "b"), 'operator cannot be "equals"', 'write "=="'),
        (("a", "=", "b"), 'operator cannot be "="', 'write "=="'),
        (("a", "is null"), 'operator cannot be "is null"', 'write "is not defined"'),
        (("a", "notEmpty"), 'operator cannot be "notEmpty"', 'write "is defined"'),
        (("a", "like", "b"), 'operator cannot be "like"', 'write "contains"'),
        (("a", "and", "b"), 'operator cannot be "and"', "write Rules(a, b)"),
        (("a", "||", "b"), 'operator cannot be "||"', "write Rules(a, b, any=True)"),
        (("a", "contans", "b"), 'operator cannot be "contans"', 'did you mean "contains"?'),
        (("a", "foo", "b"), 'operator cannot be "foo"', "operator takes an operator such as"),
        (("a", "==", True), "True is no value of a rule", 'write Rule("a", "true")'),
        (("a", "in", "b"), '"in" needs a list', 'write ["b"]'),
        (("a", "in", []), "its list is empty", "name the values"),
        (("a", "==", ["b"]), '"==" takes one value', "a list goes with"),
        (("a", ">", "b"), '"b" is no date', "YYYY-MM-DD"),
        (("a", "><", 1), '"><" has no end', "to="),
        (("a", ">", 1, 2), '">" takes no to', '"><"'),
        (("a", "=="), '"==" needs a value', 'Rule("a", "==", …)'),
        (("a", "true", True), '"true" takes no value', "leave it out"),
        (("a", "contains", 5), '"contains" compares with text, not 5', 'write "5"'),
        (("a", "== [number]", "5"), 'with a number, not "5"', "without quotes"),
        (("a", "contains", Col("b")), '"contains" cannot compare with Col("b", …)', "Col"),
    ],
)
def test_the_errors_of_a_rule(p, make, problem, fix):
    """
    Operators of other tools, and values that do not fit, are errors with a hint.
    """
    Rule(*make)

    (error,) = map(str, p.errors)
    assert problem in error
    assert fix in error


def test_an_operator_of_a_newer_dss_passes_with_a_warning(p):
    """
    An unknown operator in DSS's form is passed on, with the value where its type belongs.
    """
    rule = Rule("a", "sounds like [string]", "b")

    assert not p.errors
    assert any("sounds like" in str(w) for w in p.warnings)
    assert {"input": "a", "operator": "sounds like [string]", "string": "b"} == rule.document(None)


def test_groups_nest():
    """
    A group of rules is a condition of its own; distinct belongs to the filter.
    """
    group = Rules(Rule("x", ">", 1), Rule("y", ">", 1), any=True)

    found = filter_document(Rules(Rule("c", "==", "FR"), group, distinct=True))

    assert (True, True, "&&") == (found["enabled"], found["distinct"], found["uiData"]["mode"])
    inner = found["uiData"]["conditions"][1]["subCondition"]
    assert (True, "||", ["x", "y"]) == (
        inner["enabled"],
        inner["uiData"]["mode"],
        [each["input"] for each in inner["uiData"]["conditions"]],
    )
    assert filter_document(Rule("c", "==", "FR")) == filter_document(Rules([Rule("c", "==", "FR")]))


def grouping(pre_filter):
    GroupingRecipe("g", inputs=orders(), outputs="RESULT", keys="id", pre_filter=pre_filter)


def live(pre_filter):
    payload = {"keys": [{"column": "id"}], "values": [], "preFilter": pre_filter}
    text = json.dumps(payload)
    return {**HEAD, "name": "g", "type": "grouping", "payload": opened({"type": "grouping"}, text)}


REAL = rules(
    "||",
    condition("day", ">< [date]", date="2026-01-01", date2="2026-02-01", string="old"),
    {"subCondition": rules("&&", condition("cost", ">  [number]", num=1), condition("cost", "<  [number]", num=9))},
    condition("amount", "== [number]", num=5),
    condition("amount", "== [number]", num=7),
    condition("id", "not empty string"),
)  # fmt: skip
SAME = [
    Rule("amount", "==", 7),
    Rule("id", "is defined"),
    Rules(Rule("cost", "<", 9), Rule("cost", ">", 1)),
    Rule("amount", "==", 5),
    Rule("day", "><", date(2026, 1, 1), date(2026, 2, 1)),
]


def test_the_order_of_rules_and_leftovers_of_the_ui_are_no_difference(p):
    """
    Rules are a set. Columns, numbers and texts that an operator does not read are noise.
    """
    grouping(Rules(*SAME, any=True))

    assert differences(p, live(REAL)) == {}


@pytest.mark.parametrize(
    "other",
    [
        Rules(*SAME),
        Rules(*SAME[1:], any=True),
        Rules(*SAME, Rule("cost", "==", 1), any=True),
        Rules(*SAME[1:], Rule("amount", "==", 8), any=True),
        Rules(*SAME, any=True, distinct=True),
        Rules(*SAME[:2], Rules(Rule("cost", "<", 9), Rule("cost", ">", 2)), *SAME[3:], any=True),
        Rules(*SAME[:2], Rules(Rule("cost", "<", 9), Rule("cost", ">", 1), any=True), *SAME[3:], any=True),
        "amount > 1",
        None,
    ],
)  # fmt: skip
def test_another_filter_is_a_difference(p, other):
    """
    Each way in which a filter can differ shows.
    """
    grouping(other)

    assert differences(p, live(REAL)) != {}


@pytest.mark.parametrize(
    "stale",
    [
        {"enabled": False, "distinct": False, "uiData": REAL["uiData"]},
        {"enabled": False, "distinct": False},
        {"enabled": False, "distinct": False, "expression": "amount > 1", "language": "GREL"},
    ],
)
def test_rules_that_are_switched_off_are_no_filter(p, stale):
    grouping(None)

    assert differences(p, live(stale)) == {}


def test_conditions_beside_a_formula_are_no_difference(p):
    grouping("amount > 1")
    stale = custom("amount > 1")
    stale["uiData"]["conditions"] = REAL["uiData"]["conditions"]

    assert differences(p, live(stale)) == {}


@pytest.mark.parametrize(
    ("rule", "problem", "fix"),
    [
        (Rule("nope", "==", 1), 'reads the column "nope"', ""),
        (Rule("amount", ">", Col("nope")), 'reads the column "nope"', ""),
        (Rule("id", "==", "5"), 'the column "id" is a bigint', "write 5, without quotes"),
        (Rule("day", "==", "5"), 'the column "day" is a date', "compare it with a date"),
        (Rule("x", ">", 5), 'the column "x" is a string', 'write "5", in quotes'),
        (Rule("x", "true"), 'the column "x" is a string, and "true" is for booleans', '"=="'),
        (Rule("x", "<", date(2026, 1, 1)), 'the column "x" is a string', ""),
    ],
)
def test_a_rule_that_does_not_fit_its_column(p, rule, problem, fix):
    """
    Unknown columns and values of another type are errors before anything is sent.
    """
    columns = {"id": "bigint", "day": "date", "amount": "double", "x": "string"}
    inner = Rules(Rule("id", ">", 1), Rules(rule, any=True))
    GroupingRecipe("g", inputs=orders(**columns), outputs="OUT", keys="id", pre_filter=inner)

    (error,) = faults(p)
    assert problem in error
    assert fix in error
