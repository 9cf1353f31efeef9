"""Real recipes, where the corpus is at hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dssdsl.dss.session import Session
from dssdsl.emulator import InProcess
from dssdsl.lang.canonical import view
from dssdsl.lang.graph import build
from dssdsl.lang.overlay import overlay
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.values import settled
from dssdsl.resources.recipes.payload import closed_again, opened
from tests.support.corpus import CORPUS

if TYPE_CHECKING:
    from dssdsl.emulator import Emulator
    from dssdsl.lang.program import Program

SUFFIXES = {
    "python": "py",
    "sql_query": "sql",
    "sql_script": "sql",
    "pyspark": "py",
    "spark_sql_query": "sql",
    "shell": "sh",
}


def suffix(kind: str) -> str:
    """The suffix of the files with payloads of recipes of a type."""
    return SUFFIXES.get(kind, kind)


def real(project: str, name: str) -> dict[str, Any]:
    """What the provider would read of a real recipe."""
    head_file = CORPUS / project / "recipes" / f"{name}.json"
    if not head_file.exists():
        pytest.skip("needs exports of real projects: set DSSDSL_CORPUS")
    head = json.loads(head_file.read_text(encoding="utf-8"))
    payload = head_file.with_suffix(f".{suffix(head['type'])}")
    document = {**head, "name": name}
    for side in ("inputs", "outputs"):
        document[side] = {role: what for role, what in head[side].items() if what.get("items")}
    if payload.exists():
        document["payload"] = opened(head, payload.read_text(encoding="utf-8"))
    return document


def differences(made: Program, document: dict[str, Any]) -> dict[str, Any]:
    """What deploying the last recipe of a program over *document* would change."""
    build(made)
    assert not made.errors, [str(f) for f in made.errors]
    recipe = made.resources[-1]
    want, shape = settled(Resolver(made).resolve(recipe.wanted())), type(recipe).shape()
    live, wanted = view(document, want, shape), view(want, want, shape)
    return {p: (live.get(p), v) for p, v in wanted.items() if live.get(p) != v}


def saved(made: Program, document: dict[str, Any]) -> dict[str, Any]:
    """The payload that would be saved over *document*, as DSS gets it."""
    recipe = made.resources[-1]
    after = overlay(document, Resolver(made).resolve(recipe.wanted()), type(recipe).shape())
    found: dict[str, Any] = json.loads(closed_again(after, document)[1] or "{}")
    return found


def session(dss: Emulator) -> Session:
    """A session of an emulator in this process."""
    return Session(host="http://dss.test", api_key="emulator", adapter=InProcess(dss))


HEAD = {
    "projectKey": "P",
    "neverRecomputeExistingPartitions": False,
    "customMeta": {"kv": {}},
    "redispatchPartitioning": False,
    "maxRunningActivities": 0,
    "hashPropagationBehavior": "INHERIT",
    "variables": {"threads": 2},
    "dkuProperties": [],
    "labels": [],
    "inputs": {"main": {"items": [{"ref": "ORDERS", "deps": []}]}},
    "outputs": {"main": {"items": [{"ref": "RESULT", "appendMode": False}]}},
    "tags": ["elt", "finance"],
    "shortDesc": "one line",
    "description": "more",
    "customFields": {},
    "checklists": {"checklists": []},
    "creationTag": {"versionNumber": 0, "lastModifiedBy": {"login": "admin"}},
    "versionTag": {"versionNumber": 3, "lastModifiedBy": {"login": "admin"}},
}
"""A recipe's head as DSS 14 answers it, for the fields of COMMON."""

COMMON = {
    "tags": ["finance", "elt"],
    "short_desc": "one line",
    "description": "more",
    "variables": {"threads": 2},
}
EDITS: list[tuple[str, Any, str]] = [
    ("tags", ["elt"], "update"),
    ("short_desc", "another line", "update"),
    ("description", "less", "update"),
    ("variables", {"threads": 4}, "update"),
]
OFF = {"distinct": False, "enabled": False}
ENGINE_PARAMS = {"hive": {"hiveconf": []}, "sqlPipelineParams": {"pipelineAllowMerge": True}}


def custom(expression: str) -> dict[str, Any]:
    """A filter by a formula, as the UI saves it."""
    return {
        "distinct": False,
        "enabled": True,
        "uiData": {"mode": "CUSTOM", "$latestOperator": "&&", "conditions": []},
        "expression": expression,
        "$status": {"validated": True, "ok": True},
    }


def condition(column: str, operator: str, **values: Any) -> dict[str, Any]:
    """One condition of a filter, with what the UI leaves in it."""
    return {"input": column, "operator": operator, "col": "day", "num": 0, **values}


def rules(mode: str, *conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A filter of conditions, as the UI saves it."""
    return {
        "distinct": False,
        "enabled": True,
        "uiData": {
            "mode": mode,
            "$latestOperator": "&&",
            "$filterOptions": "rules",
            "conditions": list(conditions),
        },
        "expression": "left behind",
        "$status": {"schema": {"columns": []}},
        **more,
    }


def flags(column: str, *true: str, **more: Any) -> dict[str, Any]:
    """An aggregation's entry, as the UI saves it."""
    names = (
        "sum", "sum2", "avg", "min", "max", "count", "countDistinct", "median", "stddev", "first",
        "last", "firstLastNotNull", "concat", "concatDistinct",
    )  # fmt: skip
    return {"column": column, "type": "double", **{n: n in true for n in names}, **more}
