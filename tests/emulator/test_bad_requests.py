"""Invalid requests get errors like DSS's, and change nothing outside the data folder."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import tempfile
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dssdsl.emulator import Emulator, User, all_routes, serve
from tests.support.effort import examples

from .test_datasets import managed
from .test_history import git
from .test_recipes import raw

ROUTES = sorted((each.method, each.pattern) for each in all_routes())
EVIL = ["..", ".", "../..", "/etc/passwd", "\x00", "a\nb", "é", " ", "a" * 300, "%2e%2e", "-x", "*"]


@pytest.fixture
def filled(tmp_path, connect):
    """Return an emulator in a folder of its own, with a project that has most kinds of objects."""
    with Emulator(tmp_path / "dss" / "root", connections={"postgres": "PostgreSQL"}) as dss:
        client = connect(dss)
        for key in ("SALES", "OTHER"):
            project = client.create_project(key, key, "admin")
            managed(project, "a")
            managed(project, "b")
            raw(project, "r", "python", ["a"], ["b"], "x")
            project.create_scenario("s", "step_based")
            project.create_jupyter_notebook("n", {"cells": [], "metadata": {}})
            project.get_wiki().create_article("home", content="x")
            project.get_library().get_folder("python").add_file("x.py").write("x")
        managed(project, "other_only")
        yield dss


def outside(dss):
    """Return the files outside the data folder, by path and content."""
    top = dss.root.parents[1]
    return {
        path: path.read_bytes() if path.is_file() else None
        for path in top.rglob("*")
        if dss.root not in (path, *path.parents)
    }


def checked(answer):
    """Check that a response looks like DSS's, and return its status."""
    assert 200 <= answer.status < 600
    if answer.status >= 400 and answer.content:
        error = json.loads(answer.content)
        assert error["errorType"]
        assert error["message"]
        assert "Traceback" not in error["message"]
    return answer.status


def checksum(dss, key):
    folder = dss.project_folder(key)
    assert git(folder, "status", "--porcelain") == ""
    return git(folder, "rev-parse", "HEAD^{tree}")


@pytest.mark.parametrize("body", [b"{", b"nul", b"\xff\xfe", b'{"a": }', b"[1,", b'"x', b"\x00"])
def test_broken_json(filled, send_to, body):
    before = checksum(filled, "SALES")
    for method, path in (
        ("PUT", "/projects/SALES/datasets/a"),
        ("POST", "/projects/SALES/recipes"),
        ("PUT", "/projects/SALES/variables"),
        ("POST", "/projects"),
        ("POST", "/admin/users"),
    ):
        answer = send_to(filled, method, path, body)
        assert checked(answer) == 400
        assert json.loads(answer.content)["errorType"] == "com.google.gson.JsonSyntaxException"
    assert checksum(filled, "SALES") == before


def test_deeply_nested_json(filled, send_to):
    body = b"[" * 100_000 + b"]" * 100_000
    assert checked(send_to(filled, "PUT", "/projects/SALES/variables", body)) == 400
    for depth in (400, 500, 600, 950):
        body = b'{"standard": {"x": %s1%s}, "local": {}}' % (b'{"a":' * depth, b"}" * depth)
        answer = send_to(filled, "PUT", "/projects/SALES/variables", body)
        assert checked(answer) == 200 or "JsonSyntaxException" in answer.content
        assert checked(send_to(filled, "GET", "/projects/SALES/variables")) == 200


@pytest.mark.parametrize(("method", "path"), [("PATCH", "variables"), ("DELETE", "variables")])
def test_a_wrong_verb(filled, send_to, method, path):
    answer = send_to(filled, method, f"/projects/SALES/{path}")
    assert checked(answer) == 405


def test_every_route_refuses_an_unknown_verb(filled, send_to):
    for path in {path for _, path in ROUTES}:
        where = path.replace("{project}", "SALES").replace("{path*}", "x")
        assert checked(send_to(filled, "BREW", where)) in (405, 501)


@pytest.mark.parametrize("name", EVIL)
def test_names_that_are_paths(filled, send_to, name):
    """
    No route reads or writes files outside, whatever its variables contain.
    """
    before = outside(filled)
    for method, pattern in ROUTES:
        for project in ("SALES", name):
            path = pattern.replace("{path*}", "{path}").replace(
                "{project}", quote(project, safe="")
            )
            while "{" in path:
                start, end = path.index("{"), path.index("}")
                path = path[:start] + quote(name, safe="") + path[end + 1 :]
            if method == "DELETE" and path == "/projects/SALES":
                continue
            body = {"name": name, "oldName": name, "newName": name, "id": name, "path": name}
            body |= {"projectKey": name, "owner": "admin", "type": "python", "login": name}
            answer = send_to(filled, method, path, None if method == "GET" else body)
            checked(answer)
            assert b"root:" not in (
                answer.content if isinstance(answer.content, bytes) else answer.content.encode()
            )
    assert outside(filled) == before
    assert {"OTHER"} <= set(filled.projects())


def test_slashes_are_collapsed_and_dots_are_names(filled, send_to):
    assert checked(send_to(filled, "GET", "//projects///SALES//datasets//a//")) == 200
    assert checked(send_to(filled, "GET", "/projects/SALES/datasets/a%2F..%2Fb")) == 404
    assert checked(send_to(filled, "GET", "/projects/SALES/../OTHER/datasets")) != 200
    assert checked(send_to(filled, "GET", "/projects/SALES/datasets/%00")) == 404


def test_content_types_do_not_matter(filled, send_to):
    for kind in ("text/plain", "application/x-nonsense", "", "multipart/form-data; boundary"):
        answer = send_to(
            filled, "PUT", "/projects/SALES/variables", {"standard": {}, "local": {}}, kind
        )
        assert checked(answer) == 200
    for kind in ("", "multipart/form-data", "multipart/form-data; boundary=x", "text/plain"):
        path = "/projects/SALES/datasets/a/uploaded/files"
        checked(send_to(filled, "POST", path, b"--x\r\nnonsense", kind))


def test_huge_bodies(filled, send_to):
    body = {"standard": {"v": "x" * 20_000_000}, "local": {}}
    assert checked(send_to(filled, "PUT", "/projects/SALES/variables", body)) == 200
    big = b'{"name": "' + b"x" * 20_000_000
    assert checked(send_to(filled, "POST", "/projects/SALES/datasets", big)) == 400
    assert checksum(filled, "SALES")


def test_ids_of_another_project(filled, send_to):
    for kind in ("datasets", "managedfolders", "savedmodels", "dashboards", "webapps"):
        answer = send_to(filled, "GET", f"/projects/SALES/{kind}/other_only")
        assert checked(answer) == 404
    filled.keys["mine"] = User("bob", admin=False, projects={"SALES"})
    before = checksum(filled, "OTHER")
    for method, pattern in ROUTES:
        if not pattern.startswith("/projects/{project}"):
            continue
        path = pattern.replace("{project}", "OTHER").replace("{name}", "a").replace("{path*}", "x")
        body = None if method == "GET" else {"name": "x", "type": "python"}
        answer = send_to(filled, method, path, body, authorization="Bearer mine")
        assert checked(answer) in (403, 404), (method, path)
    assert checksum(filled, "OTHER") == before


def test_keys_in_odd_forms(filled):
    odd = ["", "Basic", "Basic ###", "Bearer", "Bearer ", "Digest x", "Basic " + "A" * 9999]
    odd += ["Basic " + base64.b64encode(b"\xff\xfe").decode(), "\x00"]
    for authorization in odd:
        answer = filled.serve("GET", "/projects", "", b"", authorization=authorization)
        assert checked(answer) == 401


def test_requests_that_are_not_http(filled):
    """
    A server on a socket survives any request.
    """
    with serve(filled) as running:
        address = urlsplit(running.url)
        for sent in (
            b"\x00\x01\x02\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET /projects HTTP/9.9\r\n\r\n",
            b"POST /projects HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
            b"POST /projects HTTP/1.1\r\nContent-Length: x\r\n\r\n",
            b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        ):
            with socket.create_connection((address.hostname, address.port), timeout=5) as line:
                line.sendall(sent)
                line.shutdown(socket.SHUT_WR)
                line.recv(4096)
        with requests.get(f"{running.url}/projects", auth=("emulator", ""), timeout=5) as answer:
            assert answer.status_code == 200


KEYS = st.sampled_from(
    [
        *("name", "id", "type", "params", "tags", "items", "schema", "columns", "settings"),
        *("recipePrototype", "creationSettings", "inputs", "outputs", "main", "steps", "triggers"),
        *("standard", "local", "permissions", "owner", "pages", "cells", "insight", "article"),
        *(
            "recipe",
            "payload",
            "script",
            "oldName",
            "newName",
            "objectId",
            "objectType",
            "taxonomy",
        ),
        *("label", "checklists", "metadata", "connection", "projectKey", "endpoints", "login"),
    ]
)
VALUES = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False)
VALUES |= st.sampled_from(["a", "b", "r", "s", "python", "Filesystem", "DATASET", "SALES", "", "é"])
JSON = st.recursive(
    VALUES, lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below), max_leaves=12
)
NAMED = st.sampled_from(["a", "b", "r", "s", "n", "1", "default", "missing", "postgres", "admin"])
SENT = st.tuples(st.sampled_from(ROUTES), NAMED, JSON | st.dictionaries(KEYS, JSON, max_size=6))


@pytest.mark.proof
@settings(
    max_examples=examples(10, 200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(requests=st.lists(SENT, min_size=5, max_size=25))
def test_any_json_at_any_route(filled, send_to, requests):
    """
    Whatever the request, the emulator answers like DSS, and the project can still be read.
    """
    before = outside(filled)
    for (method, pattern), name, body in requests:
        path = pattern.replace("{project}", "SALES").replace("{path*}", name)
        while "{" in path:
            path = path[: path.index("{")] + name + path[path.index("}") + 1 :]
        if (method, path) == ("DELETE", "/projects/SALES"):
            continue
        checked(send_to(filled, method, path, body))
    for method, pattern in ROUTES:
        if method == "GET" and "{" not in pattern.replace("{project}", ""):
            answer = send_to(filled, "GET", pattern.replace("{project}", "SALES"))
            assert checked(answer) < 500 or pattern.endswith("graph"), (pattern, answer.content)
    assert outside(filled) == before
    filled.settle()
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(filled.root, copy, dirs_exist_ok=True)
        with Emulator(Path(copy)) as again:
            assert again.projects() == filled.projects()
            assert checked(send_to(again, "GET", "/projects/SALES/datasets")) == 200
    assert checksum(filled, "SALES")


DOCUMENTS = sorted(
    path.replace("{name}", name)
    for path, name in (
        ("datasets/{name}", "a"),
        ("recipes/{name}", "r"),
        ("scenarios/{name}", "s"),
        ("flow/zones/{name}", "default"),
        ("jupyter-notebooks/{name}", "n"),
        ("wiki/{name}", "1"),
        *((each, "") for each in ("metadata", "settings", "permissions", "variables", "tags")),
        ("wiki", ""),
        ("datasets/{name}/schema", "a"),
        ("datasets/{name}/metadata", "b"),
    )
)


def _places(value, above=()):
    yield above
    items = [*enumerate(value)] if isinstance(value, list) else []
    for key, below in value.items() if isinstance(value, dict) else items:
        yield from _places(below, (*above, key))


@pytest.mark.proof
@settings(
    max_examples=examples(30, 500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    path=st.sampled_from(DOCUMENTS), where=st.floats(0, 1, exclude_max=True), value=JSON | st.none()
)
def test_one_value_of_another_type(filled, send_to, path, where, value):
    """
    A document with one changed value is refused, or can be read, listed and saved again.
    """
    url = f"/projects/SALES/{path}"
    document = json.loads(send_to(filled, "GET", url).content)
    places = [place for place in _places(document) if place]
    if places:
        inner = document
        *above, last = places[int(where * len(places))]
        for key in above:
            inner = inner[key]
        kept = send_to(filled, "GET", url).content
        inner[last] = value
        status = checked(send_to(filled, "PUT", url, document))
        if status < 400:
            for each in (path, path.partition("/")[0], "flow/graph", "flow/zones"):
                listed = "flow/zones" if each == "flow" else each
                answer = send_to(filled, "GET", f"/projects/SALES/{listed}")
                assert checked(answer) == 200, (listed, answer.content)
            again = send_to(filled, "GET", url).content
            assert checked(send_to(filled, "PUT", url, json.loads(again))) == 200
            assert checked(send_to(filled, "PUT", url, json.loads(kept))) == 200
        else:
            assert send_to(filled, "GET", url).content == kept
