from __future__ import annotations

import pytest

from dssdsl.dss import client_version
from dssdsl.dss.client_version import untested_client
from tests.support.world import World, emulator


def test_the_installed_client_is_tested():
    assert untested_client() == ()


@pytest.mark.parametrize(
    ("installed", "warned"), [("16.0.0", True), ("15.9.3", False), ("main", False)]
)
def test_a_newer_client_is_a_warning(installed, warned, monkeypatch):
    monkeypatch.setattr(client_version, "version", lambda name: installed)

    assert [installed in line and "<16" in line for line in untested_client()] == [True] * warned


def test_the_plan_shows_the_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(client_version, "version", lambda name: "16.1.0")
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write("from dssdsl import *\nProject('SALES')\n")

        plan = world.workspace().preview()

    assert [r.names for r in plan.remarks if "16.1.0" in str(r.names)]
