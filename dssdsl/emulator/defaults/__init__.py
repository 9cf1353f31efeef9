"""The documents of new objects, as DSS fills them."""

from __future__ import annotations

import json
from typing import Any

from dssdsl.emulator.documents import Document

from .content import (
    AGENT_TOOL,
    ANALYSIS,
    API_SERVICE,
    ARTICLE,
    COMPARISON,
    DASHBOARD,
    INSIGHT,
    PAGES,
    QUERY_SETTINGS,
    SCRIPT,
    SHINY,
    SQL_NOTEBOOK,
    WEB_APP,
    WORKSHEET,
)
from .flow import DATASET, FOLDER, KNOWLEDGE_BANK, MODEL, RECIPE, SCENARIO, STORE, STREAM, ZONE
from .instance import INSTANCE, code_env, connection, group, user
from .parts import PARTITIONING
from .project import EXTERNAL_LIBRARIES, PERMISSION, PROJECT
from .storage import (
    CLOUD_TYPES,
    FILE_TYPES,
    FILES,
    FORMAT_PARAMS,
    FORMATS,
    PREFERRED,
    TABLE,
    TABLE_TYPES,
    UPPER_CASE,
)

__all__ = [
    "CLOUD_TYPES",
    "EXTERNAL_LIBRARIES",
    "FILES",
    "FILE_TYPES",
    "FORMATS",
    "FORMAT_PARAMS",
    "PARTITIONING",
    "PERMISSION",
    "PREFERRED",
    "QUERY_SETTINGS",
    "TABLE",
    "TABLE_TYPES",
    "UPPER_CASE",
    "code_env",
    "connection",
    "fresh",
    "group",
    "user",
]


_FRESH = {
    name: json.dumps(document)
    for name, document in {
        "dataset": DATASET,
        "recipe": RECIPE,
        "scenario": SCENARIO,
        "folder": FOLDER,
        "zone": ZONE,
        "model": MODEL,
        "store": STORE,
        "project": PROJECT,
        "instance": INSTANCE,
        "dashboard": DASHBOARD,
        "insight": INSIGHT,
        "web app": WEB_APP,
        "article": ARTICLE,
        "SQL notebook": SQL_NOTEBOOK,
        "streaming endpoint": STREAM,
        "API service": API_SERVICE,
        "analysis": ANALYSIS,
        "knowledge bank": KNOWLEDGE_BANK,
        "agent tool": AGENT_TOOL,
        "statistics worksheet": WORKSHEET,
        "model comparison": COMPARISON,
        "STANDARD": PAGES,
        "DASH": {**SCRIPT, "serveLocally": True},
        "BOKEH": SCRIPT,
        "STREAMLIT": SCRIPT,
        "SHINY": SHINY,
    }.items()
}


def fresh(kind: str, /, **values: Any) -> Document:
    """Return the document of a new object, with these values."""
    document: Document = json.loads(_FRESH[kind])
    document.update(values)
    return document
