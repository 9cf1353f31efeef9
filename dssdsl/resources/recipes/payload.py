"""Converts payloads of recipes between the form of DSS and that of programs."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

from dssdsl.lang.values import Document

from .rules import with_times

TEXT_TYPES = frozenset(
    [
        "cpython",
        "hive",
        "impala",
        "ksql",
        "pig",
        "pyspark",
        "python",
        "r",
        "shell",
        "spark_scala",
        "spark_sql_query",
        "sparkr",
        "sql_query",
        "sql_script",
        "streaming_python",
        "streaming_spark_scala",
    ]
)
"""Types of recipes whose payload is code."""

VISUAL_TYPES = frozenset(
    [
        "distinct",
        "fuzzyjoin",
        "geojoin",
        "grouping",
        "join",
        "sampling",
        "shaker",
        "sort",
        "split",
        "sync",
        "topn",
        "vstack",
        "window",
    ]
)
"""Types of recipes of which DSS computes the columns of the outputs; a pivot's depend on its data."""

IDLE = "$idle"
"""The key of a payload that programs see, for the columns without aggregations."""


AUTO = "$auto"
"""The key of a join's payload for the selected columns that DSS works out, with their positions."""

LEFT_TO_DSS = (IDLE, AUTO)
"""Keys that are sent with a new recipe only."""

INPUT = "$input"
"""The key with the input that an entry of ``virtualInputs`` means; DSS has its position among the inputs."""


def fold(kind: str, payload: Document, inputs: Sequence[Any]) -> Document:
    """
    Convert a payload of DSS to the form of programs.

    DSS has an entry for every column that could be aggregated. Those without aggregations move to
    ``$idle``, with their positions. Virtual inputs get the input that they mean. The columns of inputs
    of which DSS selects the columns move to ``$auto``.
    """
    payload = with_times(payload)
    if kind in ("grouping", "window") and isinstance(payload.get("values"), list):
        entries = list(enumerate(payload["values"]))
        idle = [[i, e] for i, e in entries if _computes_nothing(e)]
        payload = {**payload, "values": [e for _, e in entries if not _computes_nothing(e)]}
        payload[IDLE] = idle
    for entry in (payload.get("valueSplits") or []) if kind == "split" else ():
        if "value" in entry and not isinstance(entry["value"], str):
            entry["value"] = json.dumps(entry["value"])  # an older DSS stored numbers
    if kind == "shaker":
        _complete(payload.get("steps"))
    for place, entry in enumerate(payload.get("virtualInputs") or []):
        if kind == "join":
            # Payloads that are older than this setting list the columns.
            entry.setdefault("outputColumnsSelectionMode", "MANUAL")
        position = entry.get("index", place)
        if isinstance(position, int) and 0 <= position < len(inputs):
            entry[INPUT] = inputs[position]
    if kind == "join" and isinstance(payload.get("selectedColumns"), list):
        tables = _automatic(payload)
        chosen = list(enumerate(payload["selectedColumns"]))
        payload[AUTO] = [[i, c] for i, c in chosen if _table(c) in tables]
        payload["selectedColumns"] = [c for _, c in chosen if _table(c) not in tables]
    return payload


def _automatic(payload: Document) -> set[int]:
    """The positions of the inputs of a join of which DSS selects the columns."""
    inputs = enumerate(payload.get("virtualInputs") or [])
    return {i for i, each in inputs if each.get("outputColumnsSelectionMode") != "MANUAL"}


def _table(column: Any) -> Any:
    return column.get("table", 0) if isinstance(column, dict) else None


def _complete(steps: Any) -> None:
    """Add what steps of an older DSS lack: it split columns at the beginning only."""
    for step in steps if isinstance(steps, list) else ():
        _complete(step.get("steps"))
        if step.get("type") == "ColumnSplitter":
            step.setdefault("params", {}).setdefault("startFrom", "beginning")


def main_inputs(head: Document) -> list[Any]:
    """What the items of the main inputs refer to, in their order."""
    return [item["ref"] for item in head.get("inputs", {}).get("main", {}).get("items", [])]


def _computes_nothing(entry: Document) -> bool:
    modifiers = ("value", "firstLastNotNull")
    flags = (v for k, v in entry.items() if k not in modifiers and not k.startswith("$"))
    return "customExpr" not in entry and not any(flag is True for flag in flags)


def unfold(payload: Document, before: Document) -> Document:
    """The payload in the form of DSS: `fold` undone."""
    payload = dict(payload)
    tables = _automatic(payload)
    if AUTO in payload:
        payload["selectedColumns"] = list(payload.get("selectedColumns") or [])
        for position, column in payload.pop(AUTO):
            if _table(column) in tables:
                payload["selectedColumns"].insert(position, column)
    idle: list[Any] | None = payload.pop(IDLE, None)
    if idle is None:
        return payload
    values: list[Document] = list(payload.get("values") or [])
    computed = {e.get("column"): e for e in values}
    there = {e.get("column") for _, e in idle}
    # A column that loses its aggregations stays in the list.
    idle += [
        [i, {k: False if v is True and k != "value" else v for k, v in e.items()}]
        for i, e in enumerate(before.get("values") or [])
        if "value" in e and e.get("column") not in computed and e.get("column") not in there
    ]
    for position, entry in idle:
        mine = computed.get(entry.get("column"))
        if mine is None:
            values.insert(position, entry)
        else:
            values[values.index(mine)] = {**entry, **mine}
    return {**payload, "values": values}


def opened(head: Document, text: str) -> Any:
    """The payload of a recipe as an object if it is one, otherwise as text."""
    if head["type"] in TEXT_TYPES:
        return text
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return fold(head["type"], found, main_inputs(head)) if isinstance(found, dict) else text


def without_nulls(value: Any) -> Any:
    """A payload as DSS has it: a field that a program does not set is null in its document."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


def closed_again(document: Document, before: Document) -> tuple[Document, str | None]:
    """Head and payload, as DSS expects them."""
    head = dict(document)
    payload = head.pop("payload", None)
    if isinstance(payload, dict):
        old = before.get("payload")
        payload = unfold(copy.deepcopy(payload), old if isinstance(old, dict) else {})
        inputs = main_inputs(head)
        for entry in payload.get("virtualInputs") or []:
            if (ref := entry.pop(INPUT, None)) in inputs:
                entry["index"] = inputs.index(ref)
        payload = json.dumps(without_nulls(payload), indent=2)
    return head, payload
