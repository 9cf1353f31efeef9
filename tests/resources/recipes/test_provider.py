from __future__ import annotations

from dssdsl.emulator import Emulator
from dssdsl.lang.graph import build
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.resolver import Resolver
from dssdsl.resources.recipes.code import PythonRecipe

from .corpus import session


def test_raw_creation_is_one_request(p):
    """
    Head, code and tags are sent in one request; the name that DSS answers counts.
    """
    PythonRecipe("clean", inputs="A", outputs="B", code="x = 1\n", tags="t")
    dss = Emulator()
    session(dss).json("POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"})
    dss.clear_requests()
    build(p)
    from dssdsl.lang.overlay import plain

    want = plain(Resolver(p).resolve(p.resources[-1].wanted()))
    made = PROVIDERS["recipe"].create(session(dss), "P", want, p.resources[-1])
    live = PROVIDERS["recipe"].read(session(dss), "P", made)

    assert made == "clean"
    assert len(dss.writes()) == 1
    assert live.document["payload"] == "x = 1\n"
    assert live.document["tags"] == ["t"]
    assert PROVIDERS["recipe"].read(session(dss), "P", "nope") is None
