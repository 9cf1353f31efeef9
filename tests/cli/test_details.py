from __future__ import annotations

import json

import pytest

from dssdsl.cli.details import blocks, brief
from dssdsl.cli.values import ago, duration, inline

from .plans import change


def summarized(*changes):
    found = blocks(changes)
    return brief(found), [
        "".join(span.text for span in row) for block in found for row in block.lines
    ]


@pytest.mark.parametrize(
    ("changed", "few", "all_of_it"),
    [
        (change("/active", True, None), "active: true → false", ["~ true → false"]),
        (change("/active", None, True), "active: false → true", ["~ false → true"]),
        (change("/label", "a b", "c"), 'label: "a b" → c', ['~ "a b" → c']),
        (change("/n", None, 3), "n: not set → 3", ["~ not set → 3"]),
        (change("/tags", ["a", "b"], ["b", "c"]), "tags +c -a", ["+ c", "- a"]),
        (
            change("/keys", ["a", "b", "c"], ["c", "a", "b"]),
            "keys ~1",
            ["~ items reordered (1 moved)"],
        ),
        (
            change("/p/cols/[]", ["a", "+x", "b"], ["b", "n", "a"], field="cols"),
            "cols +1 ~1 -1",
            ["+ col n", "- col x", "~ cols reordered (1 moved)"],
        ),
        (change("/steps/[0]/name", "a", "b"), "steps ~1", ["~ step 1  name: a → b"]),
        (change("/d", {"a": 1, "b": {"c": 2}}, {"a": 1, "b": {"c": 3}}), "d ~1", ["~ b.c  2 → 3"]),
        (change("/p", json.dumps({"a": 1}), json.dumps({"a": 2})), "p ~1", ["~ a  1 → 2"]),
        (
            change("/p", json.dumps({"a": 1}, indent=1), json.dumps({"a": 2}, indent=1)),
            "p ~1",
            ["~ a  1 → 2"],
        ),
        (change("/l", [{"a": 1}], [{"a": 1}, {"b": 1}]), "l +1", ['+ [1]  {"b": 1}']),
        (change("/l", None, [{"a": 1}]), 'l: not set → [{"a": 1}]', ['~ not set → [{"a": 1}]']),
        (change("/code", "a\nb\n", "a\nc\n"), "code +1 -1", ["@@ -1,2 +1,2 @@", " a", "-b", "+c"]),
        (change("/code", "a\n", "a\n\n"), "code +1", ["@@ -1 +1,2 @@", " a", "+"]),
        (change("/code", "a\nb\n", "a\nb"), "code", ["~ the newline at its end"]),
    ],
)
def test_one_change_in_few_words_and_in_many(changed, few, all_of_it):
    assert summarized(changed) == (few, all_of_it)


def test_many_fields_are_named_and_very_many_are_counted():
    few = [change(f"/field{n}", "a" * 20, "b" * 20) for n in range(3)]
    many = [change(f"/field{n}", "a" * 20, "b" * 20) for n in range(30)]

    assert summarized(*few)[0] == "field0, field1, field2"
    assert summarized(*many)[0] == "30 fields"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("string", "string"),
        ("true", '"true"'),
        ("1", '"1"'),
        ("", '""'),
        ("a" * 100, f'"{"a" * 60}…" (40 more characters)'),
        ("a\nb\n", "2 lines of text"),
        (False, "false"),
        ({"b": 1, "a": 2}, '{"a": 2, "b": 1}'),
    ],
)
def test_a_value_in_a_line(value, text):
    assert inline(value) == text


def test_times():
    assert [ago(s) for s in (1, 61, 7300, 200_000)] == [
        "just now",
        "1 min ago",
        "2 h ago",
        "2 d ago",
    ]
    assert [duration(s) for s in (0.04, 9.94, 9.96, 61)] == ["0.0 s", "9.9 s", "10 s", "1 min 1 s"]


def test_values_of_an_unexpected_type_are_shown():
    few, _ = summarized(change("/payload", 1.5, "x = 1\ny = 2\n", field="code"))
    assert "1.5" in few
    summarized(change("/outputs/{}", 3, ["a"]))
