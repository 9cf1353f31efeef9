"""The JSON Schema of snapshots, for those who read them with other tools: ``snapshot.schema.json``."""

from __future__ import annotations

import json
import re
from inspect import getdoc
from pathlib import Path
from typing import Any

from .migrations import VERSION
from .snapshot import Entry, Head, Snapshot, Unfinished

PATH = Path(__file__).with_name("snapshot.schema.json")
COMMAND = "python -m dssdsl.state.schema"


def schema() -> dict[str, Any]:
    """Give the schema of what is written; what is read may be older."""
    found = Snapshot.model_json_schema()
    parts = {Snapshot: found} | {m: found["$defs"][m.__name__] for m in (Entry, Unfinished)}
    for model, part in parts.items():
        told = getdoc(model) or ""
        part["description"] = told.partition("\n")[0]
        told += (getdoc(Head) or "") if model is Snapshot else ""
        for name, each in part["properties"].items():
            each.pop("title", None)
            if says := re.search(rf"^    {name}: (.*)$", told, re.MULTILINE):
                each["description"] = says[1]
    found["properties"]["version"] = {"const": VERSION}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **found,
        "required": sorted(found["properties"]),
    }


def text() -> str:
    """Give what the file should hold."""
    return json.dumps(schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8", newline="\n")
