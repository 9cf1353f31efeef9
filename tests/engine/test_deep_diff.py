"""The traps of deepdiff, with deepdiff itself: none of them hides or invents a difference."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dssdsl.engine.deep_diff import differences, differing
from dssdsl.engine.diff import compare
from dssdsl.lang.canonical import nested, view
from dssdsl.lang.fields import at, keyed, moves_data, shape_of, write_only
from dssdsl.lang.items import escape
from tests.support.strategies import documents

SHAPE = shape_of(
    {
        "steps": (at("steps"), keyed("type", "name")),
        "path": (at("path"), moves_data),
        "hidden": (at("hidden"), write_only),
    },
    {},
)


def changes(want, live):
    """What `compare` finds: pointer, what DSS holds, what the program wants."""
    return [(c.pointer, c.old, c.new) for c in compare(want, None, {}, live, SHAPE).changes]


def run(code, *args):
    """Run *code* in a Python of its own."""
    command = [sys.executable, "-c", code, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# -- traps -------------------------------------------------------------------------------------------


def test_items_of_one_key_are_all_compared():
    """
    Items that the key does not tell apart are numbered; ``group_by`` keeps only the last one.
    """
    live = [{"type": "build", "on": day} for day in ("mon", "tue", "wed")]
    want = [{"type": "build", "on": day} for day in ("mon", "fri", "wed")]

    assert [("/steps/[build#2]/on", "tue", "fri")] == changes({"steps": want}, {"steps": live})


@pytest.mark.parametrize("names", [["a", "a", "a#2"], ["a#2", "a", "a"]])
def test_a_name_that_looks_like_a_numbered_key_is_no_other_item(names):
    """
    An item called ``a#2`` beside two called ``a`` stays an item of its own.
    """
    live = [{"type": "x", "name": n, "on": str(i)} for i, n in enumerate(names)]
    want = [{**step, "on": step["on"] + "!"} for step in live]

    assert [("0", "0!"), ("1", "1!"), ("2", "2!")] == [
        (old, new) for _, old, new in changes({"steps": want}, {"steps": live})
    ]


def test_items_are_paired_by_key_when_all_of_them_changed():
    """
    Each item is compared with the one of its key; ``ignore_order`` pairs them by position.
    """
    live = [{"type": t, "name": t, "on": "old"} for t in "abc"]
    want = [{"type": t, "name": t, "on": f"new {t}"} for t in "cab"]

    assert [
        ("/steps/[]", ["a:a", "b:b", "c:c"], ["c:c", "a:a", "b:b"]),
        ("/steps/[c:c]/on", "old", "new c"),
        ("/steps/[a:a]/on", "old", "new a"),
        ("/steps/[b:b]/on", "old", "new b"),
    ] == changes({"steps": want}, {"steps": live})


def test_maps_that_share_few_keys_are_compared_key_by_key():
    """
    Each place is a difference of its own, however few of them both sides have.
    """
    want = {"shared": {"n": 1}, **{f"w{i}": i + 1 for i in range(9)}}
    live = {"shared": {"n": 2}, **{f"l{i}": i + 1 for i in range(9)}}

    assert changes(want, live) == [
        ("/shared/n", 2, 1),
        *((f"/w{i}", None, i + 1) for i in range(9)),
    ]
    some, others = nested({f"/a/{i}": i for i in range(9)}), nested({"/a/x": 1, "/a/0": 0})
    assert {"/a/x", *(f"/a/{i}" for i in range(1, 9))} == differing(some, others)


@pytest.mark.parametrize("value", [1, 1.0, True])
@pytest.mark.parametrize("held", [1, 1.0, True])
def test_numbers_of_different_types_are_equal(value, held):
    """
    1, 1.0 and true are no difference, alone or inside a value that counts whole.
    """
    want = {"a": value, "b": [value, [value]], "other": "new"}
    live = {"a": held, "b": [held, [held]], "other": "old"}

    assert [("/other", "old", "new")] == changes(want, live)


@pytest.mark.parametrize(
    ("held", "value"),
    [(1, 2), (True, None), ("1", 1), ("true", True), (None, "None"), (0.1 + 0.2, 0.3), ([], ["a"])],
)
def test_values_that_look_alike_are_differences(held, value):
    """
    What only prints alike differs, in both directions.
    """
    expected = held or None

    assert [("/a", expected, value)] == changes({"a": value}, {"a": held})
    assert [("/a", value, expected)] == changes({"a": held}, {"a": value})


def test_absent_null_and_empty_are_equal():
    """
    Strings and lists that are empty are no difference to none.
    """
    want = {"a": "", "b": None, "c": [], "d": {}, "other": "new"}

    assert [("/other", "old", "new")] == changes(want, {"a": None, "b": "", "other": "old"})


@pytest.mark.parametrize(
    "name", ["__private", "a/b", "a~b", "[a]", "{}", "it's", 'a"b', "", "a\nb"]
)
def test_names_of_any_form_are_compared(name):
    """
    A name with underscores in front is compared like others, and no name breaks a pointer.
    """
    (found,) = changes({"vars": {name: {"x": "new"}}}, {"vars": {name: {"x": "old"}}})

    assert ("old", "new") == found[1:]


def test_lists_without_keys_match_equal_items_first():
    """
    In a list of objects without a key, equal items are the same, and position decides among the rest; a list of other values counts whole.
    """
    live = {"rules": [{"a": 1}, {"a": 2}], "rows": [["x", 1], ["y", 2]]}
    want = {"rules": [{"a": 1}, {"a": 3}, {"a": 2}], "rows": [["y", 2], ["x", 1]]}

    assert [
        ("/rules/[]", ["0", "2"], ["0", "1", "2"]),
        ("/rows", [["x", 1], ["y", 2]], [["y", 2], ["x", 1]]),
    ] == changes(want, live)


def test_a_very_long_text_is_compared_as_one_value():
    """
    No comparison line by line, which takes long where every second line differs.
    """
    live = "".join(f"{n}\nold {n}\n" for n in range(10_000))
    want = "".join(f"{n}\nnew {n}\n" for n in range(10_000))
    changes({"a": 1}, {"a": 2})  # imports deepdiff

    started = time.process_time()
    found = changes({"code": want}, {"code": live})

    assert [("/code", live, want)] == found
    assert time.process_time() - started < 0.5


@given(documents(), documents())
def test_deepdiff_finds_each_leaf_that_differs(one, other):
    """
    Of two canonical documents, the differing leaves are found, no more and no less.
    """
    mine, theirs = view(one, one), view(other, one)

    assert {p for p in mine if mine[p] != theirs[p]} == differing(nested(theirs), nested(mine))


POINTERS = st.lists(st.text(max_size=4), min_size=1, max_size=3).map(
    lambda names: "".join(f"/{escape(name)}" for name in names)
)
VIEWS = st.dictionaries(POINTERS, st.integers() | st.text() | st.none())


@given(VIEWS, VIEWS)
def test_documents_of_different_places_are_compared_too(one, other):
    """
    A place that only one document has is a difference, whatever its name.
    """
    absent = object()

    assert {p for p in {**one, **other} if one.get(p, absent) != other.get(p, absent)} == differing(
        nested(other), nested(one)
    )


def test_what_the_command_line_shows_has_none_of_the_traps():
    """
    Inside one value, maps that share few keys are compared key by key, private names too.
    """
    old = {"a": 1, "__b": 1, **{f"o{i}": 1 for i in range(4)}}
    new = {"a": 2, "__b": 2, **{f"n{i}": 1 for i in range(4)}}

    rows = differences({"x": [old]}, {"x": [new]})

    assert [
        ("x[0].__b", 1, 2),
        ("x[0].a", 1, 2),
        *((f"x[0].n{i}", None, 1) for i in range(4)),
        *((f"x[0].o{i}", 1, None) for i in range(4)),
    ] == rows


# -- cost ------------------------------------------------------------------------------------------------


UNCHANGED = """
import sys
from dssdsl.engine.diff import compare
from tests.engine.test_deep_diff import SHAPE
assert "deepdiff" not in sys.modules, "at import"
for normalized, live in CASES:
    found = compare(WANT, WANT, normalized, live, SHAPE)
    assert not found.changes
    assert normalized == found.normalized, found
    assert "deepdiff" not in sys.modules, live
assert not compare(WANT, None, {}, {**WANT, "more": 1}, SHAPE).changes
assert "deepdiff" not in sys.modules, "adopted"
compare(WANT, WANT, {}, {"path": "other"}, SHAPE)
assert "deepdiff" in sys.modules, "after a difference"
"""


def test_unchanged_resources_never_import_deepdiff():
    """
    Neither values that DSS stores in another form, nor values that it never returns, need it.
    """
    want = {"path": "/raw", "hidden": "x", "steps": [{"type": "a", "on": ""}]}
    kept = {"path": "raw", "steps": [{"type": "a", "id": "7"}]}
    cases = [
        ({}, None),
        ({}, {**kept, "path": "/raw"}),
        ({"/path": "raw"}, kept),
        ({"/path": "raw"}, None),
    ]
    code = UNCHANGED.replace("CASES", repr(cases)).replace("WANT", repr(want))

    done = run(code)

    assert 0 == done.returncode, done.stderr


PREVIEW = """
import pathlib, sys
from tests.laws.test_ladder import PROGRAM
from tests.support.world import World, emulator
with emulator() as dss:
    world = World(pathlib.Path(sys.argv[1]), dss)
    step = 'Step("build_flowitem", {"builds": [], "handleWarningsAs": "LOUD"}, name="all")'
    world.write(PROGRAM.replace('Build("orders", name="all")', step))
    world.up()
    assert not world.preview()
    assert "deepdiff" not in sys.modules, "unchanged"
    world.write(PROGRAM.replace("DESC", "new"))
    assert world.preview()
    assert "deepdiff" in sys.modules, "changed"
"""


def test_a_preview_of_an_unchanged_project_never_imports_deepdiff(tmp_path):
    """
    Nor does its deployment; the first difference does.
    """
    done = run(PREVIEW, tmp_path)

    assert 0 == done.returncode, done.stderr
