"""Every cause, follow-up and topic has its sentence, so that none is missing where a plan is shown."""

from __future__ import annotations

import re

import pytest

from dssdsl.cli import sentences
from dssdsl.lang.keys import Key
from dssdsl.plan.causes import Basis, Cause, FollowUp, Remark, Topic
from dssdsl.plan.changes import Change, Reason
from dssdsl.plan.steps import Action, Step

KEY = Key("SALES", "dataset", "ORDERS")
NAMES = {
    Topic.FORMER_NAME: ("SALES", "old", "new"),
    Topic.LIKELY_RENAME: ("OLD", "dataset OLD"),
    Topic.BREAKS: ("scenario", "NIGHTLY", "WEEKLY"),
    Topic.VALUE_STAYS: ("/params/path",),
    Topic.SECRET_STAYS: ("/standard/key",),
    Topic.SECRET_UNSET: ("/standard/key",),
}
SILENT = {Reason.NEW, Reason.GONE, Reason.UNMANAGED, Reason.ALREADY_SET, Reason.AS_NORMALIZED}
"""Reasons that no change has."""


def good(text):
    """Whether it is a sentence: no blank that nobody filled in, nothing of Python."""
    return bool(text) and not re.search(r"[{}<>]|None|  ", text)


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.CHANGED])
def test_each_cause(cause, basis):
    step = Step(KEY, Action.UPDATE, cause, old="OLD", because_of=Key("SALES", "recipe", "make"))

    assert good(sentences.why(step, basis))


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason not in SILENT])
def test_each_reason_of_a_change(reason):
    step = Step(KEY, Action.UPDATE, changes=(Change("/tags", "tags", [], ["a"], reason),))

    assert reason is sentences.reason(step)
    assert good(sentences.why(step))
    assert "program" not in sentences.why(step, Basis.DEPLOYMENT)


@pytest.mark.parametrize("found", FollowUp)
def test_each_follow_up(found):
    assert good(sentences.follow_up(found))


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("topic", Topic)
def test_each_topic(topic, basis):
    remark = Remark(topic, NAMES.get(topic, ("a", "b")), at="project.py:7")

    assert good(sentences.remark(remark, basis))
    about = Remark(topic, remark.names, KEY, remark.at)
    assert sentences.remark(about, basis).startswith("dataset ORDERS: ")


def test_long_lists_are_cut():
    remark = Remark(Topic.DELETES_RECIPES, tuple(f"r{n}" for n in range(20)))

    assert sentences.remark(remark).count("r1") == 1
    assert "r7 and 12 more" in sentences.remark(remark)
