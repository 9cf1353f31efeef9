"""Columns of real projects: what is computed against what DSS stored."""

from __future__ import annotations

import pytest

from tests.support.corpus import CORPUS

from .corpus_table import counts, emulated, inferred


@pytest.mark.parametrize("compute", [inferred, emulated])
def test_columns_are_those_that_dss_stored(compute):
    """
    Of all outputs whose columns can be known, at least 98 % have exactly the stored names, in the stored order.

    An output that differs and was saved before its input proves nothing.
    """
    if not CORPUS.is_dir():
        pytest.skip("needs exports of real projects: set DSSDSL_CORPUS")

    found = counts(compute)

    known = sum(one.known - one.outdated for one in found.values())
    exact = sum(one.exact for one in found.values())
    assert exact >= 0.98 * known > 0, [name for one in found.values() for name in one.differing]
    least = {"shaker": 86, "sync": 54, "split": 34, "join": 25, "sampling": 23, "grouping": 12}
    least |= {"vstack": 7, "window": 3, "distinct": 2, "sort": 1, "topn": 1}
    assert {kind: found[kind].exact for kind in least} == least
