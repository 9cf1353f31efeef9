from __future__ import annotations

import pytest

from tests.resources.deploying import program


@pytest.fixture(name="p")
def _p():
    with program() as made:
        yield made
