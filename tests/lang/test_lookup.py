from __future__ import annotations

import time

from dssdsl.lang.canonical import align, view
from dssdsl.lang.fields import REMOVE, at, keyed, laid_over, shape_of
from dssdsl.lang.lookup import Lookup

SHAPE = shape_of(
    {
        "grants": (at("grants"), keyed("group"), laid_over),
        "steps": (at("steps"), keyed("type", "name")),
    },
    {},
)


def test_drop_removes_keys_and_items():
    """
    A place gets a value, or is removed; one that the document does not have stays absent.
    """
    document = {"a": {"b": 1, "c": 2}, "grants": [{"group": "x"}, {"group": "y"}]}
    places = Lookup(document, SHAPE)

    places.drop("/a/b", REMOVE)
    places.drop("/a/c", 3)
    places.drop("/grants/[x]", REMOVE)
    places.drop("/grants/[z]", REMOVE)
    places.drop("/nowhere/c", 3)

    assert {"a": {"c": 3}, "grants": [{"group": "y"}]} == document


def test_items_keep_their_keys_while_others_are_removed():
    """
    The second of two equal items is still the second once the first one is removed.
    """
    document = {"grants": [{"group": "x", "n": n} for n in range(3)]}
    places = Lookup(document, SHAPE)

    places.drop("/grants/[x]", REMOVE)
    places.drop("/grants/[x#2]", REMOVE)

    assert {"grants": [{"group": "x", "n": 2}]} == document
    assert {"group": "x", "n": 2} == places.look("/grants/[x#3]")


def test_a_list_that_replaces_another_has_keys_of_its_own():
    """
    What is put into the document is found there.
    """
    document = {"grants": [{"group": "x", "n": 1}]}
    places = Lookup(document, SHAPE)

    assert 1 == places.look("/grants/[x]/n")
    places.drop("/grants", [{"group": "y"}, {"group": "x", "n": 2}])

    assert 2 == places.look("/grants/[x]/n")


def test_cost_grows_with_the_number_of_items():
    """
    Ten times the items take some ten times as long, not a hundred times.
    """

    def seconds(count):
        names = [f"s{n}" for n in range(count)]
        steps = [{"type": "x", "name": name, "n": 1} for name in names]
        partial = [{"type": "x"} for _ in names]
        started = time.process_time()
        places = Lookup({"steps": steps}, SHAPE)
        for name in names:
            places.look(f"/steps/[x:{name}]/n")
        for wanted in (steps[::-1], partial):
            align(wanted, steps, SHAPE.child("steps"))
        view({"steps": steps[::-1]}, {"steps": steps}, SHAPE)
        return time.process_time() - started

    seconds(100)

    assert seconds(5_000) < 30 * seconds(500)
