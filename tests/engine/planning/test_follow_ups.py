"""What DSS is asked to work out once a resource is there."""

from __future__ import annotations

import pytest

from .drafts import draft, passed

PROGRAM = """
a = FilesystemDataset("A", connection="c", path="/a"{})
b = Dataset("B", connection="c"{})
GroupingRecipe("count", inputs=a, outputs=b, keys="day", count=True)
"""
COLUMNS = ', columns={"day": "date"}'


@pytest.mark.parametrize(
    ("source", "output", "then"),
    [
        ("", "", {"dataset A": ["detect_columns"], "recipe count": ["compute_schemas"]}),
        (COLUMNS, "", {"recipe count": ["compute_schemas"]}),
        (COLUMNS, COLUMNS, {}),
    ],
)
def test_columns_that_the_program_leaves_open(source, output, then):
    found = passed(draft(None, PROGRAM.format(source, output)), "plan_declared")

    assert then == {s.label: [t.value for t in s.then] for s in found.steps.values() if s.then}


def test_columns_of_a_recipes_output_are_not_detected():
    text = PROGRAM.format(COLUMNS, "").replace(
        'Dataset("B", connection="c")', 'FilesystemDataset("B", connection="c", path="/b")'
    )

    found = passed(draft(None, text), "plan_declared")

    assert () == found.steps["P/dataset/B"].then
