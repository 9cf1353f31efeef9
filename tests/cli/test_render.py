from __future__ import annotations

import io
import json
import re

import pytest
from attrs import evolve
from rich.cells import cell_len

from dssdsl.cli import error_text, plan_json, plan_markdown, render
from dssdsl.cli.screen import Screen
from dssdsl.errors import ProgramError, ProgramErrors, Refused
from dssdsl.plan.causes import Cause, Remark, Topic
from dssdsl.plan.changes import DRIFT
from dssdsl.plan.steps import Action, Plan

from .plans import NOW, OUTPUTS, SECRETS, WORLD, change, step


def drawn(plan, width, *, colour=False, ascii=False, wrap=True, **how):
    stream = io.StringIO()
    screen = Screen(stream, width, wrap=wrap, colour=colour, ascii=ascii)
    screen.show(render.plan(plan, now=NOW, **how))
    return stream.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_plan_as_people_see_it(golden, width):
    golden(f"plan-{width}.txt", drawn(WORLD, width, outputs=OUTPUTS))


def test_a_plan_in_colour(golden):
    golden("plan-colour.txt", drawn(WORLD, 80, colour=True, outputs=OUTPUTS))


def test_a_plan_in_ascii(golden):
    text = drawn(WORLD, 80, ascii=True, outputs=OUTPUTS)

    assert text.isascii()
    golden("plan-ascii.txt", text)


def test_a_plan_with_every_changed_line(golden):
    golden("plan-diff.txt", drawn(WORLD, 80, full=True))


def test_a_plan_as_json(golden):
    found = plan_json.plan(
        WORLD, stack="dev", host="https://dss", program="project.py", outputs=OUTPUTS
    )

    golden("plan.json", json.dumps(found, indent=2, sort_keys=True) + "\n")


def test_a_plan_for_a_pull_request(golden):
    golden("plan.md", plan_markdown.plan(WORLD, "Stack dev", now=NOW))


def test_colour_adds_no_information():
    """
    Without its colours, the coloured text is the plain one.
    """
    plain = re.sub(r"\x1b\[[0-9;]*m", "", drawn(WORLD, 80, colour=True))

    assert [row.rstrip() for row in plain.splitlines()] == drawn(WORLD, 80).splitlines()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_row_of_the_table_is_wider_than_the_screen(width):
    table = drawn(WORLD, width).split("\n\n")[0]

    assert max(cell_len(row) for row in table.splitlines()) <= width


def test_a_name_that_is_too_long_is_not_cut():
    name = "ORDERS_" * 12
    plan = Plan((step("dataset", name, Action.CREATE, cause=Cause.NEW),))

    assert drawn(plan, 60).splitlines()[1:4] == [
        "     project SALES",
        f" +   └─ dataset {name}  create",
        "          new",
    ]


def test_nothing_to_do():
    assert drawn(Plan(unchanged=37), 80) == "\nNo changes. 37 resources match the program.\n"
    assert "1 resource matches" in drawn(Plan(unchanged=1), 80)


@pytest.mark.parametrize("full", [True, False])
def test_a_secret_is_shown_nowhere(full):
    shown = drawn(SECRETS, 120, full=full) + plan_markdown.plan(SECRETS, "")
    shown += json.dumps(plan_json.plan(SECRETS, stack="", host="", program="", outputs={}))

    assert "[secret]" in shown
    assert "d1ge57" not in shown
    assert "0ther" not in shown


def test_a_long_change_is_cut_and_the_rest_is_counted():
    old, new = ("\n".join(f"{word} {n}" for n in range(40)) for word in ("old", "new"))
    plan = Plan((step("recipe", "r", Action.UPDATE, change("/payload", old, new, field="code")),))

    short, long = drawn(plan, 80), drawn(plan, 80, full=True)

    assert "… 68 more changed lines (--diff shows all)" in short
    assert "+new 39" not in short
    assert "+new 39" in long


def test_wide_letters_are_counted_as_two_columns():
    steps = [
        step("scenario", name, Action.CREATE, cause=Cause.NEW) for name in ("毎日の集計", "daily")
    ]

    rows = [row for row in drawn(Plan(tuple(steps)), 80).splitlines() if row.endswith("new")]

    assert len(rows) == 2
    assert len({cell_len(row) for row in rows}) == 1


def test_a_text_from_dss_cannot_steer_the_terminal():
    plan = Plan((step("dataset", "a\x1b[2J\x07b", Action.CREATE, cause=Cause.NEW),))

    for width in (20, 80):  # below each other, and in columns
        assert "a?[2J?b" in drawn(plan, width)
        assert "\x1b[2J" not in drawn(plan, width, colour=True)
    assert "\x1b" not in plan_markdown.plan(plan, "")


def test_a_huge_plan_still_fits_a_pull_request():
    steps = [
        evolve(s, key=s.key.renamed(f"{s.name}{n}")) for n in range(2000) for s in WORLD.steps[:3]
    ]

    plan = Plan(tuple(steps), remarks=(Remark(Topic.TEXT, ("n" * 90,)),) * 900)
    text = plan_markdown.plan(plan, "Stack dev")

    assert len(text) <= 65_536
    assert "more steps" in text


ERRORS = ProgramErrors(
    [
        ProgramError(
            'Dataset "A" has no field "conection"\nand no field "tabel"',
            at="project.py:12",
            fix='did you mean "connection"? A managed dataset has the fields "connection" and "catalog", '
            "and its table is chosen by DSS",
        ),
        Refused(
            "dataset B: type is fixed at creation, and the type that it has in DSS is another one",
            at="programs/of_a_large_department/with_long_names/and_folders/project.py:1234",
            fix="pass --replace B to delete it and create it again",
        ),
    ]
)


@pytest.mark.parametrize("width", [60, 80])
def test_errors_have_a_problem_a_place_and_a_fix(golden, width):
    stream = io.StringIO()
    Screen(stream, width, wrap=True).show(error_text.errors(ERRORS, agent=True))

    golden(f"errors-{width}.txt", stream.getvalue())


def test_a_log_keeps_an_error_on_one_line(golden):
    stream = io.StringIO()
    Screen(stream).show(error_text.errors(ERRORS))

    golden("errors-log.txt", stream.getvalue())


def test_drift(golden):
    found = WORLD.only(DRIFT)
    stream = io.StringIO()
    Screen(stream, 80, wrap=True).show(render.drift(found, now=NOW))

    golden("drift.txt", stream.getvalue())
