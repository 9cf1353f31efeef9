"""Jupyter and SQL notebooks."""

from __future__ import annotations

import json
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import exists, illegal, not_found, null_pointer
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project import ids
from dssdsl.emulator.project.kinds import SQL_NOTEBOOK
from dssdsl.emulator.project.project import Project
from dssdsl.emulator.rules.normalize import same_kinds

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
    text = json.dumps(content, indent=1, ensure_ascii=False)
    call.project.set_text(_file(call.name), f"{text}\n")
    call.commit(f"Saved Jupyter notebook '{call.name}'")


@route("GET", _JUPYTER)
def list_jupyter(call: Call) -> Any:
    """List the heads of all Jupyter notebooks; of those that run there are none."""
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
    """Drop what the cells of a Jupyter notebook printed."""
    content = _content(call)
    for cell in content.get("cells", []):
        if cell.get("cell_type") == "code":
            cell |= {"outputs": [], "execution_count": None}
    _write(call, content)
    return _content(call)


@route("GET", f"{_JUPYTER}/{{name}}/sessions", near="no kernel runs")
def sessions(call: Call) -> Any:
    """List a Jupyter notebook's kernels that run, which is none."""
    _content(call)
    return []


@route("DELETE", f"{_JUPYTER}/{{name}}/sessions/{{session}}", near="no kernel runs")
def end_session(call: Call) -> Any:
    """Refuse to end a kernel, for none runs."""
    _content(call)
    raise not_found(f"Session does not exist: {call.vars['session']}")


@route("GET", "/projects/{project}/notebooks/active", near="no kernel runs")
def running_of_project(call: Call) -> Any:
    """List the notebooks of a project that run, which is none."""
    del call
    return []


@route("GET", "/admin/notebooks", near="no kernel runs")
def running(call: Call) -> Any:
    """List the notebooks of the instance that run, which is none."""
    call.admin()
    return []


@route("GET", "/projects/{project}/notebooks", near="no kernel runs")
def state(call: Call) -> Any:
    """Tell that a Jupyter notebook does not run."""
    call.vars["name"] = call.param("notebookName")
    _content(call)
    head = {"name": call.name, "projectKey": call.project.key}
    return {**head, "activeSessions": []}


@route("DELETE", "/projects/{project}/notebooks", near="no kernel runs")
def unload(call: Call) -> Any:
    """Refuse to end a kernel, for none runs."""
    call.vars["name"] = call.param("notebookName")
    _content(call)
    raise not_found(f"Session does not exist: {call.param('sessionId')}")


def _language(connection: str) -> str:
    return next((lang for start, lang in _LANGUAGES.items() if connection.startswith(start)), "SQL")


def _shown(project: Project, name: str) -> Document:
    document = json.loads(project.answer(SQL_NOTEBOOK, name))
    return {**document, "language": _language(document.get("connection", ""))}


def _cells(cells: list[Document]) -> list[Document]:
    """Give each cell an id, and the settings of queries as far as they are missing."""
    for cell in cells:
        cell.setdefault("id", ids.make(11).lower())
        cell.setdefault("type", "QUERY")
        cell["querySettings"] = {**defaults.QUERY_SETTINGS, **cell.get("querySettings", {})}
    return cells


@route("GET", _SQL)
def list_sql(call: Call) -> Any:
    """List the heads of all SQL notebooks."""
    found = objects.heads(call, SQL_NOTEBOOK, ("name", "connection", "tags", "shortDesc"))
    return [{**head, "language": _language(head.get("connection", ""))} for head in found]


@route("POST", _SQL)
def create_sql(call: Call) -> Any:
    """Create an SQL notebook; DSS makes up its id, and its name if there is none."""
    sent = without_nulls(call.document)
    connection = sent.get("connection")
    if not connection:
        raise null_pointer("connection")
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
    """Delete an SQL notebook with the history of its queries."""
    path = _queries(call)
    if call.project.text(path) is not None:
        call.project.set_text(path, None)
    objects.delete(call, SQL_NOTEBOOK)
    return {"msg": f"deleted notebook {call.name}"}


@route("GET", f"{_SQL}/{{name}}/history", near="answers as the client reads them")
def history(call: Call) -> Any:
    """Return the queries that each cell ran."""
    return call.project.json(_queries(call), {}).get("queries", {})


@route("PUT", f"{_SQL}/{{name}}/history", near="answers as the client reads them")
def put_history(call: Call) -> Any:
    """Replace the queries that the cells ran."""
    path, sent = _queries(call), call.document
    if sent or call.project.text(path) is not None:
        call.project.set_json(path, {"queries": sent})
    call.commit(f"Saved SQL notebook {call.project.key}.{call.name}")


@route("POST", f"{_SQL}/{{name}}/history/clear", near="answers as the client reads them")
def clear_history(call: Call) -> Any:
    """Forget all but the newest queries of one cell, or of all cells."""
    path, cell = _queries(call), call.document.get("cellId")
    queries = call.project.json(path, {}).get("queries", {})
    kept = int(call.document.get("numRunsToRetain") or 0)
    for each in [*queries] if cell is None else [cell]:
        runs = queries.get(each, [])
        queries[each] = runs[len(runs) - min(kept, len(runs)) :]
    call.project.set_json(path, {"queries": queries})
    call.commit(f"Saved SQL notebook {call.project.key}.{call.name}")
