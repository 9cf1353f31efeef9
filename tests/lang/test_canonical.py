from __future__ import annotations

import copy

from hypothesis import given

from dssdsl.lang.canonical import align, leaf, view
from dssdsl.lang.fields import at, keyed, laid_over, shape_of, unordered
from dssdsl.lang.items import item_keys
from dssdsl.lang.lookup import Lookup
from dssdsl.lang.overlay import overlay, removed
from dssdsl.lang.values import Initial, Secret, settled
from tests.support.strategies import documents

SHAPE = shape_of(
    {
        "steps": (at("steps"), keyed("type", "name")),
        "grants": (at("grants"), keyed("group"), laid_over),
    },
    {},
)


@given(documents(), documents())
def test_an_overlay_sets_every_wanted_place(live, want):
    """
    After an overlay the document has every wanted value, and a second overlay changes nothing.
    """
    once = overlay(live, want)

    assert view(want, want) == view(once, want)
    assert once == overlay(once, want)


@given(documents(), documents())
def test_an_overlay_leaves_the_rest_alone(live, want):
    """
    An overlay keeps what the wanted document does not set, and changes neither document in place.
    """
    before, asked = copy.deepcopy(live), copy.deepcopy(want)

    after = overlay(live, want)

    assert {k: v for k, v in before.items() if k not in want} == {
        k: v for k, v in after.items() if k not in want
    }
    assert (before, asked) == (live, want)


@given(documents())
def test_an_overlay_of_equal_documents_changes_nothing(live):
    """
    A document laid over itself stays the same, and so does the order of its keys.
    """
    assert list(live.items()) == list(overlay(live, live).items())


@given(documents(), documents())
def test_removed_places_are_in_one_document_only(recorded, want):
    """
    Of two equal documents nothing is removed, and each removed place has its recorded value.
    """
    assert [] == list(removed(recorded, recorded))
    for pointer, value in removed(recorded, want):
        assert value == Lookup(recorded, SHAPE).look(pointer) or leaf(value) is None


def test_a_step_without_a_name_is_the_first_free_step_of_its_type():
    """
    Type and name identify a step; without a name, its type and the order decide.
    """
    wanted = [{"type": "build"}, {"type": "check", "name": "b"}, {"type": "build"}]
    live = [
        {"type": "check", "name": "b", "id": "1"},
        {"type": "build", "name": "x", "id": "2"},
        {"type": "build", "name": "y", "id": "3"},
    ]

    assert [1, 0, 2] == align(wanted, live, SHAPE.child("steps"))
    assert ["build", "check:b", "build#2"] == item_keys(wanted, SHAPE.child("steps"))


def test_generated_ids_survive_a_reorder():
    """
    Items keep settings without a field when the program reorders them.
    """
    live = {
        "steps": [
            {"type": "build", "name": "a", "id": "1"},
            {"type": "build", "name": "b", "id": "2"},
        ]
    }
    want = {"steps": [{"type": "build", "name": "b"}, {"type": "build", "name": "a"}]}

    assert ["2", "1"] == [step["id"] for step in overlay(live, want, SHAPE)["steps"]]


def test_others_entries_stay_unless_the_collection_is_exclusive():
    """
    An overlay keeps the entries of others, unless the field is exclusive.
    """
    live = {"grants": [{"group": "theirs"}, {"group": "ours", "read": False}]}
    want = {"grants": [{"group": "ours", "read": True}]}

    laid = overlay(live, want, SHAPE)
    alone = overlay(live, want, SHAPE, exclusive=frozenset({"grants"}))

    assert [{"group": "theirs"}, {"group": "ours", "read": True}] == laid["grants"]
    assert [{"group": "ours", "read": True}] == alone["grants"]
    assert view(laid, want, SHAPE) == view(want, want, SHAPE)
    exclusive = frozenset({"grants"})
    assert view(laid, want, SHAPE, exclusive=exclusive) != view(
        want, want, SHAPE, exclusive=exclusive
    )


def test_values_that_only_a_creation_sends():
    """
    They are set where DSS has nothing, keep what DSS has, and are never compared.
    """
    want = {"active": Initial(True), "list": [{"type": "a", "active": Initial(True)}]}

    assert {"active": True, "list": [{"type": "a", "active": True}]} == overlay({}, want)
    assert {"active": False, "list": [{"type": "a", "active": False}]} == overlay(
        {"active": False, "list": [{"type": "a", "active": False}]}, want
    )
    assert {"list": [{"type": "a"}]} == settled(want)


def test_secrets_are_compared_by_digest(monkeypatch):
    """
    A canonical document never contains a secret, and differs when the secret changes.
    """
    monkeypatch.setenv("HOOK", "https://secret.example.com")
    want = {"url": Secret.env("HOOK")}

    first = view(want, want, salt="s")
    same = view({"url": "https://secret.example.com"}, want, salt="s")
    monkeypatch.setenv("HOOK", "other")
    other = view(want, want, salt="s")

    assert first == same != other
    assert "secret.example" not in repr(first)
    assert {"url": "other"} == overlay({}, want)


def test_order_and_repetition_of_a_set_do_not_count():
    """
    The canonical form of a set is a sorted list without repetition.
    """
    shape = shape_of({"tags": (at("tags"), unordered)}, {})
    want = {"tags": ["b", "a"]}

    assert (
        {"/tags": ["a", "b"]}
        == view({"tags": ["a", "b", "b"]}, want, shape)
        == view(want, want, shape)
    )
