from __future__ import annotations

import pytest

from dssdsl.engine.runs import as_left
from dssdsl.lang.fields import REMOVE, at, exact, keyed, resets_to, set_by_runs, shape_of, whole
from dssdsl.lang.values import Secret

SHAPE = shape_of(
    {"columns": (at("columns"), keyed("name"), set_by_runs), "title": (at("title"),)},
    {"variables.*": (whole, exact, resets_to(REMOVE), set_by_runs)},
)


def columns(text):
    """``a:int b:string`` as columns."""
    return [dict(zip(("name", "type"), part.split(":"), strict=True)) for part in text.split()]


def shown(items):
    """Columns as text again."""
    return " ".join(f"{each['name']}:{each['type']}" for each in items)


@pytest.mark.parametrize(
    ("want", "recorded", "live", "left"),
    [
        ("a:int b:int", "a:int b:int", "a:int b:text", "a:int b:text"),  # a run changed a type
        ("a:int b:date", "a:int b:int", "a:int b:text", "a:int b:date"),  # both did: the program's
        ("a:int b:int c:int", "a:int b:int", "a:int x:int b:int", "a:int x:int b:int c:int"),
        ("a:int c:int b:int", "a:int b:int", "b:int a:int", "b:int a:int c:int"),
        ("c:int a:int", "a:int", "a:int x:int", "c:int a:int x:int"),
        ("b:int", "a:int b:int", "a:int b:int x:int", "b:int x:int"),  # the program dropped one
        ("a:int b:int", "a:int b:int", "b:int", "b:int"),  # a run dropped one
        ("b:int a:int", "a:int b:int", "a:int b:int x:int", "b:int a:int x:int"),
        ("a:int", "a:int", "a:int", "a:int"),
    ],
)
def test_columns(want, recorded, live, left):
    """
    Columns merge three ways: those that runs added or dropped, and those that the program did.
    """
    found = as_left(
        {"columns": columns(want)},
        {"columns": columns(recorded)},
        {"columns": columns(live)},
        SHAPE,
        {"/columns"},
    )

    assert left == shown(found["columns"])


def test_a_place_that_no_run_can_have_changed_is_the_program_s():
    want = {"variables": {"a": 1, "b": 1}, "title": "x"}
    live = {"variables": {"a": 2, "b": 2}, "title": "y"}

    found = as_left(want, want, live, SHAPE, {"/variables/a"})

    assert {"variables": {"a": 2, "b": 1}, "title": "x"} == found


def test_a_deleted_variable_is_restored():
    want = {"variables": {"a": 1}}

    assert want == as_left(want, want, {"variables": {}}, SHAPE, {"/variables/a"})


def test_a_secret_is_the_program_s(monkeypatch):
    monkeypatch.setenv("KEY", "abc")
    want = {"variables": {"a": Secret.env("KEY")}}

    found = as_left(want, {"variables": {"a": "x"}}, {"variables": {"a": "y"}}, SHAPE, {"/variables/a"})  # fmt: skip

    assert want == found
