"""Paths of ``raw=`` and ``ignore_changes=``."""

from __future__ import annotations

import copy

import pytest

from dssdsl.lang.canonical import view
from dssdsl.lang.fields import at, keyed, shape_of
from dssdsl.lang.overlay import overlay, plain, removed
from dssdsl.lang.paths import WrongShape, misfits, put_in, send_once, split
from dssdsl.lang.values import Initial, Text

SHAPE = shape_of({"columns": (at("schema.columns"), keyed("name")), "tags": (at("tags"),)}, {})
LIVE = {
    "metrics": {"probes": [{"type": "basic", "on": True}, {"type": "records", "on": True}]},
    "tags": ["x", "y"],
    "schema": {"columns": [{"name": "a", "comment": "old"}, {"name": "b"}]},
    "note": "text",
}


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a.b", ["a", "b"]),
        ("a[1].x", ["a", "[1]", "x"]),
        ("a[b.c].x", ["a", "[b.c]", "x"]),
        ("tags[0]", ["tags", "[0]"]),
    ],
)
def test_parts(path, parts):
    assert parts == split(path)


@pytest.mark.parametrize(
    ("path", "value", "changed"),
    [
        ("metrics.probes[1].on", False, lambda d: d["metrics"]["probes"][1].update(on=False)),
        ("metrics.probes[1]", {"more": 1}, lambda d: d["metrics"]["probes"][1].update(more=1)),
        ("tags[0]", "z", lambda d: d["tags"].__setitem__(0, "z")),
        ("schema.columns[b].comment", "c", lambda d: d["schema"]["columns"][1].update(comment="c")),
        ("schema.columns[0].comment", "c", lambda d: d["schema"]["columns"][0].update(comment="c")),
        ("metrics", {"engine": 1}, lambda d: d["metrics"].update(engine=1)),
        ("new.deep", 1, lambda d: d.update(new={"deep": 1})),
    ],
)
def test_one_place_is_set_and_all_else_stays(path, value, changed):
    """
    An item of a list is laid over DSS's list; it is compared, sent to no creation, and goes with the program.
    """
    wanted: dict = {}
    expected = copy.deepcopy(LIVE)
    changed(expected)

    put_in(wanted, path, value, SHAPE)

    assert expected == overlay(LIVE, wanted, SHAPE)
    assert view(expected, wanted, SHAPE) == view(wanted, wanted, SHAPE)
    assert view(LIVE, wanted, SHAPE) != view(wanted, wanted, SHAPE)
    assert [*removed(wanted, {}, SHAPE)]
    assert not [name for name in _names(plain(wanted)) if name.startswith("[")]
    assert not [*misfits(wanted, LIVE, SHAPE)]


def _names(value):
    """Every name in a document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _names(inner)


def test_items_and_maps_that_the_program_declares():
    """
    A path into a declared list changes the program's own item, and a map is merged.
    """
    wanted = {
        "tags": ["x", "y"],
        "schema": {"columns": [{"name": "a"}, {"name": "b"}]},
        "params": {"kept": 1, "env": Initial({"mode": "INHERIT", "name": "x"})},
    }

    put_in(wanted, "tags[0]", "z", SHAPE)
    put_in(wanted, "schema.columns[b].comment", "c", SHAPE)
    put_in(wanted, "params", {"more": 2}, SHAPE)
    put_in(wanted, "params.env.mode", "EXPLICIT", SHAPE)

    assert ["z", "y"] == wanted["tags"]
    assert {"name": "b", "comment": "c"} == wanted["schema"]["columns"][1]
    assert {"kept", "more", "env"} == set(wanted["params"])
    assert {"mode": "EXPLICIT", "name": Initial("x")} == wanted["params"]["env"]


@pytest.mark.parametrize(
    ("wanted", "path", "problem"),
    [
        ({"payload": Text("x = 1")}, "payload.x", "payload is a text"),
        ({"payload": "x = 1"}, "payload.x.y", "payload is a text"),
        ({"n": 1}, "n.x", "n is no map"),
        ({"tags": ["a"]}, "tags[3]", "tags has no item 3 in the program"),
        ({"schema": {"columns": [{"name": "a"}]}}, "schema.columns[z].type", "schema.columns has no item z in the program"),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere(wanted, path, problem):
    with pytest.raises(WrongShape, match=problem.replace("[", r"\[")):
        put_in(wanted, path, 1, SHAPE)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("metrics.x", 1, None),
        ("metrics.probes.x", 1, "metrics.probes is a list in DSS, not a map"),
        ("metrics[0].x", 1, "metrics is a map in DSS, not a list"),
        ("metrics.probes[9].on", 1, "metrics.probes has no item 9 in DSS"),
        ("metrics.probes", {"a": 1}, "metrics.probes is a list in DSS, not a map"),
        ("note.x", 1, "note is a text in DSS, not a map"),
        ("tags", "x", "tags is a list in DSS, not a text"),
    ],
)
def test_what_does_not_fit_what_dss_holds(path, value, problem):
    wanted: dict = {}
    put_in(wanted, path, value, SHAPE)

    assert [*misfits(wanted, LIVE, SHAPE)] == ([problem] if problem else [])


def test_values_that_only_a_creation_sends():
    """
    A field, a part of it by its key, a part in each item, and an item that stays the program's.
    """
    wanted = {"schema": {"columns": [{"name": "a", "type": "int"}, {"name": "b", "type": "int"}]}}

    assert "/schema/columns/[b]/type" == send_once(wanted, split("schema.columns[b].type"), SHAPE)
    assert [{"name": "a", "type": "int"}, {"name": "b", "type": Initial("int")}] == wanted["schema"]["columns"]  # fmt: skip
    send_once(wanted, split("schema.columns[a]"), SHAPE)
    assert {"name": "a", "type": Initial("int")} == wanted["schema"]["columns"][0]
    assert "/tags" == send_once(wanted, ["tags"], SHAPE)
