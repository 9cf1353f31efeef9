"""Import of tables: list the tables of databases, and create datasets on them."""

from __future__ import annotations

import re
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import illegal
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.instance import futures
from dssdsl.emulator.project.kinds import DATASET
from dssdsl.emulator.rules import managed_storage

from . import datasets

_BASE = "/projects/{project}/datasets/tables-import/actions"


def _connection(call: Call, name: str) -> Document:
    found = call.dss.instance.connection(name)
    if found["type"] not in defaults.TABLE_TYPES:
        raise illegal(f"Connection '{name}' has no tables to import")
    return found


def _tables(call: Call, connection: str) -> list[tuple[str, str]]:
    """Return schema and name of each of the emulator's tables."""
    found = [name.rpartition(".") for name in call.dss.tables.get(connection, {})]
    return [(schema, name) for schema, _, name in found]


@route("GET", f"{_BASE}/list-schemas", approximate="tables that the emulator was started with")
def schemas(call: Call) -> Any:
    """List the schemas of a database."""
    connection = call.param("connectionName")
    _connection(call, connection)
    return sorted({schema for schema, _ in _tables(call, connection) if schema})


@route("GET", f"{_BASE}/list-tables", approximate="tables that the emulator was started with")
def tables(call: Call) -> Any:
    """List the tables of a database. The response is a future."""
    connection, schema = call.param("connectionName"), call.param("schemaName")
    _connection(call, connection)
    found = [
        {"connectionName": connection, "table": name, **({"schema": of} if of else {})}
        for of, name in _tables(call, connection)
        if schema in ("", of)
    ]
    return futures.finished(call.dss, {"tables": found})


@route(
    "POST", f"{_BASE}/prepare-from-keys", approximate="tables that the emulator was started with"
)
def prepare(call: Call) -> Any:
    """Choose names for datasets on tables. The response is a future."""
    candidates: list[Document] = []
    for key in call.document.get("keys") or []:
        _connection(call, key["connectionName"])
        name = base = re.sub(r"[^A-Za-z0-9_]", "_", key["name"])
        taken = {each["datasetName"] for each in candidates}
        count = 1
        while name in taken or call.project.has(DATASET, name):
            count += 1
            name = f"{base}_{count}"
        candidates.append({"key": key, "datasetName": name})
    return futures.finished(call.dss, {"sqlImportCandidates": candidates})


@route(
    "POST",
    f"{_BASE}/execute-from-candidates",
    approximate="tables that the emulator was started with",
)
def execute(call: Call) -> Any:
    """Create datasets on tables, with their columns."""
    made = []
    for each in call.document.get("sqlImportCandidates") or []:
        key, name = each["key"], datasets.free(call.project, each["datasetName"])
        kind = _connection(call, key["connectionName"])["type"]
        schema, catalog = key.get("schema"), key.get("catalog")
        place = {"schema": schema, "catalog": catalog, "table": key["name"]}
        params = {of: value for of, value in place.items() if value}
        document = defaults.fresh("dataset", type=kind)
        document["params"] = managed_storage.params(kind, key["connectionName"], params)
        known = call.dss.tables.get(key["connectionName"], {})
        full = f"{schema}.{key['name']}" if schema else key["name"]
        columns = known.get(full, known.get(key["name"], ()))
        document["schema"] = {"columns": [dict(each) for each in columns], "userModified": False}
        datasets.add(call, name, document)
        made.append(name)
        call.commit(f"Created dataset {call.project.key}.{name}")
    return futures.finished(call.dss, {"datasets": made, "messages": {"messages": []}})
