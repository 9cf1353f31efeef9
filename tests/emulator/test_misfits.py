"""Requests with JSON of other types than DSS expects."""

from __future__ import annotations

import pytest
from dataikuapi.utils import DataikuException


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "metadata", {"tags": 7}),
        ("PUT", "variables", {"standard": [], "local": 1}),
        ("POST", "datasets/", {"name": "x", "type": [], "params": 3}),
        ("POST", "datasets/managed", {"name": "x", "creationSettings": "y"}),
        ("POST", "recipes/", {"recipePrototype": {"type": "python", "inputs": [1]}}),
        ("POST", "dashboards/", {"name": "x", "pages": ["y"]}),
        ("POST", "flow/zones", []),
        ("PUT", "wiki/", {"taxonomy": 7, "homeArticleId": []}),
    ],
)
def test_unexpected_content_fails_like_json(project, dss, client, method, path, body):
    before = project.get_project_git().log()["entries"]
    with pytest.raises(DataikuException, match=r"Exception: "):
        client._perform_json(method, f"/projects/SALES/{path}", body=body)
    assert project.get_project_git().log()["entries"] == before
    assert project.get_project_git().get_status()["clean"]
    assert project.get_metadata()["label"] == "Sales"
