from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_stack_in_the_environment(monkeypatch):
    monkeypatch.delenv("DSSDSL_STACK", raising=False)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / ".git").mkdir()  # so that no toml above is found
    return tmp_path
