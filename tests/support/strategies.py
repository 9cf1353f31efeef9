"""Hypothesis strategies for documents and graphs."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c", "name", "tags", "x/y", "~z"])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.text("ab\n", max_size=4),
    st.lists(st.integers(0, 3), max_size=3),
)


def documents(leaves: st.SearchStrategy = LEAVES, max_leaves: int = 12) -> st.SearchStrategy:
    """Draw JSON objects, with lists of objects among them."""
    inner = st.recursive(
        leaves,
        lambda children: st.one_of(
            st.dictionaries(NAMES, children, max_size=3),
            st.lists(
                st.dictionaries(NAMES, children, min_size=1, max_size=3), min_size=1, max_size=3
            ),
        ),
        max_leaves=max_leaves,
    )
    return st.dictionaries(NAMES, inner, max_size=4)


@st.composite
def edges(draw, max_size=12):
    """Draw a graph without cycles: each key may need only earlier ones."""
    keys = [f"P/dataset/r{i}" for i in range(draw(st.integers(0, max_size)))]
    return {
        key: frozenset(draw(st.sets(st.sampled_from(keys[:i])))) if i else frozenset()
        for i, key in enumerate(keys)
    }
