"""The fixtures that users get for tests of their own."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TESTS = """
    import pytest
    from dataikuapi import DSSClient

    @pytest.fixture(scope="session")
    def dss_options():
        return {"connections": {"lake": "EC2"}}

    def test_in_process(dss, dss_client):
        dss_client.create_project("P", "P", "admin")
        assert dss.projects() == ["P"]
        assert "lake" in dss_client.list_connections()

    def test_each_test_has_its_own(dss_client):
        assert dss_client.list_project_keys() == []

    def test_on_a_socket(dss, dss_server):
        DSSClient(dss_server.url, "emulator").create_project("Q", "Q", "admin")
        assert dss.projects() == ["Q"]
"""


def test_the_fixtures(pytester: pytest.Pytester):
    if "dssdsl" not in {one.name for one in entry_points(group="pytest11")}:
        pytester.makeconftest('pytest_plugins = ["dssdsl.pytest_plugin"]')
    pytester.makepyfile(TESTS)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=3)


def test_the_example_of_the_docs(pytester: pytest.Pytester):
    text = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")
    section = text.partition("## In your own tests")[2]
    if "dssdsl" not in {one.name for one in entry_points(group="pytest11")}:
        pytester.makeconftest('pytest_plugins = ["dssdsl.pytest_plugin"]')
    pytester.makepyfile(section.partition("```python\n")[2].partition("```")[0])
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)
