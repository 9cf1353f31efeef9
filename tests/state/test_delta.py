from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dssdsl.state.delta import applied, difference
from tests.support.strategies import documents

LINES = st.lists(st.sampled_from(["a", "b", ""])).map("\n".join)
VALUES = documents() | LINES | st.lists(st.sampled_from([0, False, 1, True, 1.0, None, "a"]))


@given(old=VALUES, new=VALUES)
def test_a_difference_leads_from_one_document_to_the_other(old, new):
    delta = json.loads(json.dumps(difference(old, new)))

    assert json.dumps(new, sort_keys=True) == json.dumps(applied(old, delta), sort_keys=True)


@given(old=VALUES)
def test_equal_documents_differ_in_nothing(old):
    assert not difference(old, json.loads(json.dumps(old)))


CODE = "\n".join(f"x{n} = {n}" for n in range(1000))
EDITS = {
    "a line": (CODE, CODE.replace("x500 = 500", "x500 = 501")),
    "two lines far apart": (CODE, CODE.replace("x1 = 1\n", "y = 1\n").replace("x999", "z")),
    "a line more": (CODE, CODE.replace("x500", "new = 1\nx500")),
    "a member of an item": (
        [{"name": n, "comment": "x" * 100} for n in range(1000)],
        [{"name": n, "comment": "x" * 100 if n != 7 else "y"} for n in range(1000)],
    ),
    "an item more": ([{"name": n} for n in range(1000)], [{"name": n} for n in range(1001)]),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_small_change_makes_a_small_difference(name):
    assert 100 > len(json.dumps(difference(*EDITS[name])))
