"""Dashboards and insights."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import without_nulls
from dssdsl.emulator.errors import null_pointer
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project import ids
from dssdsl.emulator.project.kinds import DASHBOARD, INSIGHT

from . import objects

_HEAD = ("name", "owner", "listed", "tags", "shortDesc", "creationTag")


@route("GET", "/projects/{project}/dashboards")
def list_dashboards(call: Call) -> Any:
    """List all dashboards, without their pages."""
    found = objects.heads(call, DASHBOARD, _HEAD)
    for head in found:
        pages = call.project.document(DASHBOARD, head["id"]).get("pages", [])
        tiles = [len(page.get("grid", {}).get("tiles", [])) for page in pages]
        head |= {"numPages": len(pages), "numTiles": sum(tiles)}
    return found


@route(
    "POST",
    "/projects/{project}/dashboards",
    approximate="without the palettes of the default theme",
)
def create_dashboard(call: Call) -> Any:
    """Create a dashboard; a page without an id gets one."""
    fresh = defaults.fresh("dashboard", owner=call.login, listed=False, pages=[])
    document = {**fresh, **without_nulls(call.document)}
    for page in document["pages"]:
        page.setdefault("id", ids.make(DASHBOARD.size))
    name = objects.create(call, DASHBOARD, document)
    return Response(call.project.answer(DASHBOARD, name))


@route("GET", "/projects/{project}/dashboards/{name}")
def get_dashboard(call: Call) -> Any:
    """Return a dashboard."""
    return objects.answer(call, DASHBOARD)


@route("PUT", "/projects/{project}/dashboards/{name}")
def put_dashboard(call: Call) -> Any:
    """Replace a dashboard."""
    for page in call.document.get("pages") or []:
        page.setdefault("id", ids.make(DASHBOARD.size))
    return objects.put(call, DASHBOARD)


@route("DELETE", "/projects/{project}/dashboards/{name}")
def delete_dashboard(call: Call) -> Any:
    """Delete a dashboard; the insights on it stay."""
    objects.delete(call, DASHBOARD)


@route("GET", "/projects/{project}/insights")
def list_insights(call: Call) -> Any:
    """List all insights, without their parameters."""
    return objects.heads(call, INSIGHT, ("type", *_HEAD))


@route("POST", "/projects/{project}/insights")
def create_insight(call: Call) -> Any:
    """Create an insight."""
    sent = call.document.get("insightPrototype")
    if not isinstance(sent, dict):
        raise null_pointer("insightPrototype")
    if not sent.get("type"):
        raise null_pointer("insightPrototype.type")
    document = {**defaults.fresh("insight", owner=call.login), **without_nulls(sent)}
    name = objects.create(call, INSIGHT, document)
    return Response(call.project.answer(INSIGHT, name))


@route("GET", "/projects/{project}/insights/{name}")
def get_insight(call: Call) -> Any:
    """Return an insight."""
    return objects.answer(call, INSIGHT)


@route("POST", "/projects/{project}/insights/{name}")
def save_insight(call: Call) -> Any:
    """Replace an insight, by POST."""
    sent = call.document.get("insight")
    if not isinstance(sent, dict):
        raise null_pointer("insight")
    name = objects.save(call, INSIGHT, sent)
    call.commit(f"Saved insight {call.project.key}.{name}")
    return Response(call.project.answer(INSIGHT, name))


@route("DELETE", "/projects/{project}/insights/{name}")
def delete_insight(call: Call) -> Any:
    """Delete an insight; the tiles that show it stay."""
    objects.delete(call, INSIGHT)
