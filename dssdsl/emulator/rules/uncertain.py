"""Apply ``assumptions`` to what clients send."""

from __future__ import annotations

import json
import re
from typing import Any

from dssdsl.emulator.assumptions import Assumptions
from dssdsl.emulator.documents import Document
from dssdsl.emulator.project.kinds import SCENARIO
from dssdsl.emulator.project.project import Project

_NEW = frozenset(
    (
        *("name", "projectKey", "type", "params", "managed"),
        *("formatType", "formatParams", "partitioning"),
    )
)


def new_dataset(assumptions: Assumptions, sent: Document) -> Document:
    """Return the part of a new dataset that DSS reads."""
    if assumptions.new_datasets_keep_all:
        return sent
    return {key: value for key, value in sent.items() if key in _NEW}


def scenario_id(project: Project, sent: Document) -> str:
    """Return the id of a new scenario. It may be taken."""
    assumptions = project.assumptions
    if sent.get("id") and assumptions.scenario_ids_are_honoured:
        return str(sent["id"])
    name = str(sent["name"])
    if assumptions.scenario_ids_keep_case:
        found = re.sub(r"[^A-Za-z0-9_]", "_", name)
    else:
        found = re.sub(r"[^A-Z0-9_]", "", name.upper()) or "SCENARIO"
    if assumptions.scenario_ids_collide:
        return found
    number = 1
    while project.has(SCENARIO, found if number == 1 else f"{found}_{number}"):
        number += 1
    return found if number == 1 else f"{found}_{number}"


def variables(assumptions: Assumptions, sent: Document) -> Document:
    """Return variables as DSS stores them."""
    if assumptions.variables_are_typed:
        return sent
    return {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in sent.items()
    }


def annotated(assumptions: Assumptions, payload: Any) -> Any:
    """Return the settings of a visual recipe as DSS stores them."""
    if not assumptions.payloads_are_annotated or not isinstance(payload, dict):
        return payload
    found = {"engineType": "DSS", **payload}
    for name in ("keys", "values"):
        if isinstance(found.get(name), list):
            found[name] = [
                {**each, "$idx": place, "$selected": False} if isinstance(each, dict) else each
                for place, each in enumerate(found[name])
            ]
    for name in ("preFilter", "postFilter"):
        if isinstance(found.get(name), dict):
            found[name] = {**found[name], "$status": {"validated": True, "ok": True}}
    return found
