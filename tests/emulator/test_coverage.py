"""The list of what the emulator can be asked."""

from __future__ import annotations

from dssdsl.emulator.coverage import all_routes, serves


def test_every_route_says_what_it_does():
    routes = all_routes()
    assert len(routes) > 250
    assert [each for each in routes if not each.summary.endswith((".", "there."))] == []
    assert len({(each.method, each.pattern) for each in routes}) == len(routes)


def test_calls_that_are_served_and_not():
    assert serves("GET", "/projects/{project_key}/datasets/{dataset_name}?x")
    assert serves("POST", "/projects/{project_key}/git/actions/push")
    assert not serves("GET", "/workspaces/")
    assert not serves("DELETE", "/projects/{project_key}/webapps/{id}")
