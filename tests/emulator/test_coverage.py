"""The list of the calls that the emulator serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from dssdsl.emulator import all_routes, serves

CALLS = [
    tuple(line.split())
    for line in (Path(__file__).parents[2] / "docs/endpoints.txt").read_text().splitlines()
    if not line.startswith("#")
]


def test_every_route_has_a_docstring():
    routes = all_routes()
    assert len(routes) > 350
    assert [each for each in routes if not each.summary.endswith((".", "there."))] == []
    assert len({(each.method, each.pattern) for each in routes}) == len(routes)


def test_calls_that_are_served_and_not():
    assert serves("GET", "/projects/{project_key}/datasets/{dataset_name}?x")
    assert serves("POST", "/projects/{project_key}/git/actions/push")
    assert not serves("GET", "/workspaces/")
    assert not serves("DELETE", "/projects/{project_key}/webapps/{id}")
    assert not serves("GET", "/projects/{project_key}/scenarios/last-test-scenario-runs-report")


@pytest.mark.parametrize("served", [True, False])
def test_listed_calls_are_served_and_others_are_not(served, client, send):
    """
    A call that is not in the list answers 501, or 405 if DSS lacks it; a listed one does neither.
    """
    client.create_project("x", "X", "admin")
    different = []
    for method, path in CALLS:
        if (serves(method, path) is not None) is served:
            asked = f"/dip/publicapi{path.replace('{}', 'x')}"
            status = send(method, asked, None if method == "GET" else {}).status
            if (status in (501, 405)) is served:
                different.append((method, path, status))

    assert different == []
