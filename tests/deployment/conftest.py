from __future__ import annotations

import pytest

from tests.support.world import World, emulator


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        yield World(tmp_path, dss)
