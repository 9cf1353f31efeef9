from __future__ import annotations

import io
import json
import re

import pytest
from attrs import evolve

from dssdsl.cli import plan_json, render
from dssdsl.cli.screen import Screen, cells
from dssdsl.errors import Faults, ProgramError, Refused
from dssdsl.plan.causes import Cause, Remark, Topic
from dssdsl.plan.changes import DRIFT
from dssdsl.plan.steps import Action, Plan

from .plans import NOW, OUTPUTS, SECRETS, WORLD, change, step


def drawn(plan, width, *, colour=False, ascii=False, **how):
    stream = io.StringIO()
    Screen(stream, width, colour=colour, ascii=ascii).show(render.plan(plan, width, now=NOW, **how))
    return stream.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_plan_as_people_see_it(golden, width):
    golden(f"plan-{width}.txt", drawn(WORLD, width, outputs=OUTPUTS))


def test_a_plan_in_colour(golden):
    golden("plan-colour.txt", drawn(WORLD, 80, colour=True, outputs=OUTPUTS))


def test_a_plan_where_only_ascii_can_be_said(golden):
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
    golden("plan.md", render.markdown(WORLD, now=NOW))


def test_colour_adds_nothing_that_is_not_said():
    """
    Without its colours, the coloured text is the plain one.
    """
    plain = re.sub(r"\x1b\[[0-9;]*m", "", drawn(WORLD, 80, colour=True))

    assert [row.rstrip() for row in plain.splitlines()] == drawn(WORLD, 80).splitlines()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_row_of_the_table_is_wider_than_the_screen(width):
    table = drawn(WORLD, width).split("\n\n")[0]

    assert max(cells(row) for row in table.splitlines()) <= width


def test_a_name_that_is_too_long_is_not_cut():
    name = "ORDERS_" * 12
    plan = Plan((step("dataset", name, Action.CREATE, cause=Cause.NEW),))

    rows = drawn(plan, 60).splitlines()

    assert f" +   └─ dataset  {name}" in rows
    assert any(row.endswith("create  new") for row in rows)


def test_nothing_to_do():
    assert drawn(Plan(unchanged=37), 80) == "\nNo changes. 37 resources are as the program says.\n"
    assert "1 resource is as" in drawn(Plan(unchanged=1), 80)


@pytest.mark.parametrize("full", [True, False])
def test_a_secret_is_shown_nowhere(full):
    shown = drawn(SECRETS, 120, full=full) + render.markdown(SECRETS)
    shown += json.dumps(plan_json.plan(SECRETS, stack="", host="", program="", outputs={}))

    assert "[secret]" in shown
    assert "d1ge57" not in shown
    assert "0ther" not in shown


def test_a_long_change_is_cut_and_what_was_cut_is_said():
    old, new = ("\n".join(f"{word} {n}" for n in range(40)) for word in ("old", "new"))
    plan = Plan((step("recipe", "r", Action.UPDATE, change("/payload", old, new, field="code")),))

    short, long = drawn(plan, 80), drawn(plan, 80, full=True)

    assert "… 68 more changed lines (--diff shows all)" in short
    assert "+new 39" not in short
    assert "+new 39" in long


def test_a_text_from_dss_cannot_steer_the_terminal():
    plan = Plan((step("dataset", "a\x1b[2J\x07b", Action.CREATE, cause=Cause.NEW),))

    assert "a?[2J?b" in drawn(plan, 80)
    assert "\x1b[2J" not in drawn(plan, 80, colour=True)


def test_a_huge_plan_still_fits_a_pull_request():
    steps = [
        evolve(s, key=s.key.renamed(f"{s.name}{n}")) for n in range(2000) for s in WORLD.steps[:3]
    ]

    text = render.markdown(Plan(tuple(steps), remarks=(Remark(Topic.TEXT, ("n" * 90,)),) * 900))

    assert len(text) <= 65_536
    assert "more steps" in text


def test_errors_say_what_where_and_what_to_do(golden):
    faults = Faults(
        [
            ProgramError(
                'Dataset "A" has no field "conection"',
                at="project.py:12",
                fix='did you mean "connection"?',
            ),
            Refused("dataset B: type is fixed at creation", fix="pass --replace B to agree"),
        ]
    )
    stream = io.StringIO()
    Screen(stream).show(render.errors(faults, agent=True))

    golden("errors.txt", stream.getvalue())


def test_drift(golden):
    found = WORLD.only(DRIFT)
    stream = io.StringIO()
    Screen(stream).show(render.drift(found, 80, now=NOW))

    golden("drift.txt", stream.getvalue())
