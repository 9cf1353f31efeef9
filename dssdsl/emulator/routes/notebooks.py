"""Jupyter and SQL notebooks."""

from __future__ import annotations

import json
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import exists, illegal, not_found, null_pointer
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project import dss_json, ids
from dssdsl.emulator.project.kinds import SQL_NOTEBOOK
from dssdsl.emulator.project.project import Project
from dssdsl.emulator.rules.normalize import same_kinds, text

from . import objects

_JUPYTER = "/projects/{project}/jupyter-notebooks"
_SQL = "/projects/{project}/sql-notebooks"
_LANGUAGES = {"@virtual(hive": "HIVE", "@virtual(impala": "IMPALA", "@virtual(spark": "SPARKSQL"}


def _file(name: str) -> str:
    if not name or "/" in name or "\\" in name or name.startswith("."):
        raise illegal(f"Invalid notebook name: {name}")
    return f"ipython_notebooks/{name}.ipynb"


def _content(call: Call) -> Document:
    text = call.project.text(_file(call.name))
    if text is None:
        raise not_found(f"Jupyter notebook does not exist: {call.project.key}.{call.name}")
    content: Document = json.loads(text)
    for cell in content.get("cells", []):
        if cell.get("cell_type") == "code" and cell.get("execution_count") is None:
            cell["execution_count"] = 0
    return content


def _write(call: Call, content: Document) -> None:
    same_kinds(content, {"metadata": {"kernelspec": {}}, "cells": [{}]})
    if isinstance(content.get("metadata"), dict):
        same_kinds(content["metadata"], {"kernelspec": {}})
    call.project.set_text(_file(call.name), dss_json.dumps(content))
    call.commit(f"Saved Jupyter notebook '{call.name}'")


@route("GET", _JUPYTER)
def list_jupyter(call: Call) -> Any:
    """List all Jupyter notebooks, or the running ones, of which there are none."""
    if call.flag("active"):
        return []
    found = []
    folder = call.project.folder / "ipython_notebooks"
    for path in sorted(folder.glob("*.ipynb")):
        kernel = json.loads(path.read_bytes()).get("metadata", {}).get("kernelspec", {})
        head = {"name": path.stem, "projectKey": call.project.key}
        found.append({**head, "language": kernel.get("language", "python"), "kernelSpec": kernel})
    return found


@route("POST", f"{_JUPYTER}/{{name}}")
def create_jupyter(call: Call) -> Any:
    """Create a Jupyter notebook from its content."""
    if call.project.text(_file(call.name)) is not None:
        raise exists(f"Notebook {call.name} already exists")
    content = dict(call.document)
    if call.dss.normalise:
        made = {"creator": call.login, "createdOn": call.project.now()}
        content["metadata"] = {**made, **content.get("metadata", {})}
    _write(call, content)
    return _content(call)


@route("GET", f"{_JUPYTER}/{{name}}")
def get_jupyter(call: Call) -> Any:
    """Return a Jupyter notebook's content."""
    return _content(call)


@route("PUT", f"{_JUPYTER}/{{name}}")
def put_jupyter(call: Call) -> Any:
    """Replace a Jupyter notebook's content."""
    _content(call)
    _write(call, call.document)
    return _content(call)


@route("DELETE", f"{_JUPYTER}/{{name}}")
def delete_jupyter(call: Call) -> Any:
    """Delete a Jupyter notebook."""
    _content(call)
    call.project.set_text(_file(call.name), None)
    call.commit(f"Deleted Jupyter notebook '{call.name}'")
    return {"msg": f"deleted notebook {call.name}"}


@route("DELETE", f"{_JUPYTER}/{{name}}/outputs")
def clear_outputs(call: Call) -> Any:
    """Clear the outputs of a Jupyter notebook's cells."""
    content = _content(call)
    for cell in content.get("cells", []):
        if cell.get("cell_type") == "code":
            cell |= {"outputs": [], "execution_count": None}
    _write(call, content)
    return _content(call)


@route("GET", f"{_JUPYTER}/{{name}}/sessions", approximate="the emulator runs no kernels")
def sessions(call: Call) -> Any:
    """List a Jupyter notebook's kernels: always none."""
    _content(call)
    return []


@route(
    "DELETE",
    f"{_JUPYTER}/{{name}}/sessions/{{session}}",
    approximate="the emulator runs no kernels",
)
def end_session(call: Call) -> Any:
    """Refuse to stop a kernel, as none runs."""
    _content(call)
    raise not_found(f"Session does not exist: {call.vars['session']}")


@route("GET", "/projects/{project}/notebooks/active", approximate="the emulator runs no kernels")
def running_of_project(call: Call) -> Any:
    """List the running notebooks of a project: always none."""
    del call
    return []


@route("GET", "/admin/notebooks", approximate="the emulator runs no kernels")
def running(call: Call) -> Any:
    """List the running notebooks of the instance: always none."""
    call.admin()
    return []


@route("GET", "/projects/{project}/notebooks", approximate="the emulator runs no kernels")
def state(call: Call) -> Any:
    """Return the sessions of a Jupyter notebook: always none."""
    call.vars["name"] = call.param("notebookName")
    _content(call)
    head = {"name": call.name, "projectKey": call.project.key}
    return {**head, "activeSessions": []}


@route("DELETE", "/projects/{project}/notebooks", approximate="the emulator runs no kernels")
def unload(call: Call) -> Any:
    """Refuse to stop a kernel, as none runs."""
    call.vars["name"] = call.param("notebookName")
    _content(call)
    raise not_found(f"Session does not exist: {call.param('sessionId')}")


def _language(connection: str) -> str:
    return next((lang for start, lang in _LANGUAGES.items() if connection.startswith(start)), "SQL")


def _shown(project: Project, name: str) -> Document:
    document = json.loads(project.answer(SQL_NOTEBOOK, name))
    return {**document, "language": _language(document.get("connection", ""))}


def _cells(cells: list[Document]) -> list[Document]:
    """Give each cell an id, and the default settings of queries."""
    for place, cell in enumerate(cells):
        if "code" in cell:
            cell["code"] = text(cell["code"], f"cells[{place}].code")
        cell.setdefault("id", ids.make(11).lower())
        cell.setdefault("type", "QUERY")
        cell["querySettings"] = {**defaults.QUERY_SETTINGS, **cell.get("querySettings", {})}
    return cells


@route("GET", _SQL)
def list_sql(call: Call) -> Any:
    """List all SQL notebooks."""
    found = objects.heads(call, SQL_NOTEBOOK, ("name", "connection", "tags", "shortDesc"))
    return [{**head, "language": _language(head.get("connection", ""))} for head in found]


@route("POST", _SQL)
def create_sql(call: Call) -> Any:
    """Create an SQL notebook. DSS generates its id, and a name if there is none."""
    sent = without_nulls(call.document)
    connection = sent.get("connection")
    for key in ("connection", "projectKey"):
        if not sent.get(key):
            raise null_pointer(key)
    if call.dss.instance.connection(connection)["type"] not in defaults.TABLE_TYPES:
        raise illegal(f"Connection '{connection}' is not an SQL connection")
    name = f"{call.login}'s notebook on {connection}"
    document = {**defaults.fresh("SQL notebook", name=name), **sent}
    document["cells"] = _cells(document["cells"])
    return _shown(call.project, objects.create(call, SQL_NOTEBOOK, document))


@route("GET", f"{_SQL}/{{name}}")
def get_sql(call: Call) -> Any:
    """Return an SQL notebook."""
    return _shown(call.project, objects.existing(call, SQL_NOTEBOOK))


@route("PUT", f"{_SQL}/{{name}}")
def put_sql(call: Call) -> Any:
    """Replace an SQL notebook."""
    _cells(call.document.get("cells") or [])
    objects.put(call, SQL_NOTEBOOK)
    return _shown(call.project, call.name)


def _queries(call: Call) -> str:
    return f"notebooks/sql/{objects.existing(call, SQL_NOTEBOOK)}/queries.json"


@route("DELETE", f"{_SQL}/{{name}}")
def delete_sql(call: Call) -> Any:
    """Delete an SQL notebook and the history of its queries."""
    path = _queries(call)
    if call.project.text(path) is not None:
        call.project.set_text(path, None)
    objects.delete(call, SQL_NOTEBOOK)
    return {"msg": f"deleted notebook {call.name}"}


@route("GET", f"{_SQL}/{{name}}/history", approximate="responses as the client reads them")
def history(call: Call) -> Any:
    """Return the history of each cell's queries."""
    return call.project.json(_queries(call), {}).get("queries", {})


@route("PUT", f"{_SQL}/{{name}}/history", approximate="responses as the client reads them")
def put_history(call: Call) -> Any:
    """Replace the history of the cells' queries."""
    path, sent = _queries(call), call.document
    if sent or call.project.text(path) is not None:
        call.project.set_json(path, {"queries": sent})
    call.commit(f"Saved SQL notebook {call.project.key}.{call.name}")


@route("POST", f"{_SQL}/{{name}}/history/clear", approximate="responses as the client reads them")
def clear_history(call: Call) -> Any:
    """Clear the history of one cell's queries, or of all cells', except the newest ones."""
    path, cell = _queries(call), call.document.get("cellId")
    queries = call.project.json(path, {}).get("queries", {})
    kept = int(call.document.get("numRunsToRetain") or 0)
    for each in [*queries] if cell is None else [cell]:
        runs = queries.get(each, [])
        queries[each] = runs[len(runs) - min(kept, len(runs)) :]
    call.project.set_json(path, {"queries": queries})
    call.commit(f"Saved SQL notebook {call.project.key}.{call.name}")
