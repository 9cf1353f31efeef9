"""Data quality rules, which are among the checks of their dataset."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import not_found, null_pointer
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project import ids
from dssdsl.emulator.project.kinds import DATASET

from .datasets import existing

_RULES = "/projects/{project}/datasets/{name}/data-quality/rules"


def _rules(document: Document) -> list[Document]:
    found: list[Document] = document.setdefault("metricsChecks", {}).setdefault("checks", [])
    return found


def _place(call: Call, rules: list[Document]) -> int:
    """Return the position of the rule in the path among the dataset's rules."""
    for place, rule in enumerate(rules):
        if rule.get("id") == call.vars["rule"]:
            return place
    raise not_found(f"data quality rule does not exist: {call.name}.{call.vars['rule']}")


def _save(call: Call, document: Document) -> None:
    call.project.put(DATASET, call.name, document, call.login)
    call.commit(f"Saved dataset {call.project.key}.{call.name}")


@route("GET", _RULES)
def list_all(call: Call) -> Any:
    """List a dataset's rules in full."""
    return {"checks": _rules(call.project.document(DATASET, existing(call)))}


@route("POST", _RULES, approximate="without checks of types and fields")
def create(call: Call) -> Any:
    """Add a rule to a dataset; DSS generates its id."""
    document = call.project.document(DATASET, existing(call))
    sent = without_nulls(call.document)
    if not sent.get("type"):
        raise null_pointer("rule.type")
    rule = {"displayName": "", "enabled": True, **sent, "id": ids.make(8)}
    _rules(document).append(rule)
    _save(call, document)
    return rule


@route("PUT", f"{_RULES}/{{rule}}", approximate="without checks of types and fields")
def put(call: Call) -> Any:
    """Replace a rule; its id stays."""
    document = call.project.document(DATASET, existing(call))
    rules = _rules(document)
    place = _place(call, rules)
    rules[place] = {**without_nulls(call.document), "id": call.vars["rule"]}
    _save(call, document)
    return rules[place]


@route("DELETE", f"{_RULES}/{{rule}}")
def delete(call: Call) -> Any:
    """Delete a rule."""
    document = call.project.document(DATASET, existing(call))
    rules = _rules(document)
    del rules[_place(call, rules)]
    _save(call, document)
