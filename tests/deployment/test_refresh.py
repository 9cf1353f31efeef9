"""What a refresh records."""

from __future__ import annotations

import copy

import pytest

from dssdsl.lang.values import DIGEST
from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import *

Project("SALES")
Scenario("S", steps=[], reporters=Reporter(Slack("hi", webhook=Secret.env("HOOK"))))
"""
CANARY = "https://hooks.example.com/canary"


@pytest.fixture(name="world")
def _world(tmp_path, monkeypatch):
    monkeypatch.setenv("HOOK", "https://hooks.example.com/first")
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM)
        world.up()
        yield world


def change_webhook(reporters):
    """Somebody changes a secret that the program set."""
    reporters[0]["messaging"]["configuration"]["webhookUrl"] = CANARY


def add_reporter(reporters):
    """Somebody adds a reporter with a secret of its own."""
    reporters.append(copy.deepcopy(reporters[0]) | {"name": "another"})
    reporters[1]["messaging"]["configuration"]["webhookUrl"] = CANARY


def add_other_reporter(reporters):
    """Somebody adds one with a credential where the program has none."""
    reporters.append({"name": "x", "messaging": {"configuration": {"smtp": {"password": CANARY}}}})


@pytest.mark.parametrize("edit", [change_webhook, add_reporter, add_other_reporter])
def test_a_refresh_records_secrets_as_digests(world, edit):
    """
    State, history and the project's Git never contain what somebody typed into DSS.
    """
    world.dss.edit("SALES", "scenarios/S.json", lambda doc: edit(doc["reporters"]))

    assert world.workspace().refresh()

    store = world.workspace().store
    recorded = store.read("SALES").entries["scenario/S"].recorded
    assert DIGEST in str(recorded["reporters"])
    for text in (store.text("SALES"), store.past("SALES", 2).dumps()):
        assert "canary" not in text
    assert not world.workspace().prepare(whole=True).plan.counts().get("delete")
    world.up()
    assert not world.preview()
