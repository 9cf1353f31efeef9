"""Detect the format of files, their header, and the types of their columns."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document

_SAMPLE = 500
_INTEGER = re.compile(r"[+-]?\d{1,18}\Z")
_DOUBLE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})\Z")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def detect(files: list[Path], *, infer: bool) -> Document:
    """
    Return the format and schema of CSV files, as DSS does.

    Args:
        files: The files; it reads the first one.

        infer: Whether to infer types from the values; otherwise every column is a string.
    """
    if not files:
        return {"format": {"ok": False, "errorMessage": "No file found"}}
    content = files[0].read_bytes()
    compress = "gz" if content[:2] == b"\x1f\x8b" else ""
    text = (gzip.decompress(content) if compress else content).decode("utf-8-sig", "replace")
    lines = text.splitlines()
    separator = _separator(lines[:20])
    rows = list(csv.reader(lines[: _SAMPLE + 1], delimiter=separator))
    if not rows or not rows[0]:
        return {"format": {"ok": False, "errorMessage": "The file is empty"}}
    header = _has_header(rows)
    names = _unique(rows[0]) if header else [f"col_{n}" for n in range(len(rows[0]))]
    data = rows[1:] if header else rows
    columns = [
        {
            "name": name,
            "type": _type([row[n] for row in data if n < len(row)]) if infer else "string",
        }
        for n, name in enumerate(names)
    ]
    params = {
        **defaults.FORMAT_PARAMS["csv"],
        "style": "excel",
        "separator": separator,
        "parseHeaderRow": header,
        "probableNumberOfRecords": len(lines) - header,
        "compress": compress,
    }
    schema = {"columns": columns, "userModified": False}
    return {
        "format": {
            "ok": True,
            "type": "csv",
            "params": params,
            "schemaDetection": {"newSchema": schema, "detectedSchema": schema},
        }
    }


def _separator(lines: list[str]) -> str:
    counts = {each: [line.count(each) for line in lines if line] for each in "\t,;|"}
    steady = [each for each, found in counts.items() if found and min(found) > 0]
    best = max(steady or counts, key=lambda each: sum(counts[each]) if counts[each] else 0)
    return best if counts[best] and sum(counts[best]) else ","


def _has_header(rows: list[list[str]]) -> bool:
    first = rows[0]
    if not all(first) or any(_DOUBLE.match(each) for each in first):
        return False
    return len(set(first)) == len(first)


def _unique(names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        taken, place = name, 1
        while taken in found:
            taken, place = f"{name}_{place}", place + 1
        found.append(taken)
    return found


def _type(values: list[str]) -> str:
    filled = [each for each in values if each]
    if not filled:
        return "string"
    kinds = (
        *(("bigint", _INTEGER), ("double", _DOUBLE), ("date", _DATE), ("dateonly", _DAY)),
        ("boolean", re.compile(r"(true|false)\Z", re.IGNORECASE)),
    )
    for name, pattern in kinds:
        if all(pattern.match(each) for each in filled):
            return name
    return "string"
