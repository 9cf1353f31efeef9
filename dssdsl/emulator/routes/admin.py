"""The instance: connections, code environments, users, groups."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults, futures
from dssdsl.emulator.disk import Document, without_nulls
from dssdsl.emulator.refusals import coded, exists, failed, illegal, not_found
from dssdsl.emulator.routing import Call, route


@route("GET", "/connections/get-names")
def names(call: Call) -> Any:
    """List the names of the connections, of one type where one is asked for."""
    kind = call.param("type", "all")
    known = call.dss.instance.connections
    return [name for name, each in known.items() if kind in ("all", "", each["type"])]


@route("GET", "/connections/{name}/info")
def info(call: Call) -> Any:
    """Return what everybody may know of a connection."""
    found = call.dss.instance.connection(call.name)
    return {"name": call.name, "type": found["type"], "resolvedParams": {}}


@route("GET", "/connections/{name}/test")
def test(call: Call) -> Any:
    """Tell that a connection works."""
    call.dss.instance.connection(call.name)
    return {"connectionOK": True}


@route("GET", "/admin/connections")
def connections(call: Call) -> Any:
    """Return all connections by name."""
    call.admin()
    return call.dss.instance.connections


@route("GET", "/admin/connections/{name}")
def connection(call: Call) -> Any:
    """Return a connection."""
    call.admin()
    return call.dss.instance.connection(call.name)


@route("POST", "/admin/connections")
def create_connection(call: Call) -> Any:
    """Create a connection."""
    call.admin()
    sent = without_nulls(call.document)
    name, kind = sent.get("name"), sent.get("type")
    if not name or not kind:
        raise illegal("A connection needs a name and a type")
    if name in call.dss.instance.connections:
        raise exists(f"Connection '{name}' already exists")
    if kind == "S3":
        raise failed("Unknown connection type S3")  # DSS calls these connections EC2
    fresh = {**defaults.connection(name, kind), "allowManagedFolders": False}
    call.dss.instance.connections[name] = {**fresh, **sent}
    call.dss.instance.save()
    return {"msg": f"created connection {name}"}


@route("PUT", "/admin/connections/{name}")
def put_connection(call: Call) -> Any:
    """Replace a connection's definition."""
    call.admin()
    before = call.dss.instance.connection(call.name)
    fixed = {"name": call.name, "type": before["type"]}
    call.dss.instance.connections[call.name] = {**without_nulls(call.document), **fixed}
    call.dss.instance.save()
    return {"msg": f"saved connection {call.name}"}


@route("DELETE", "/admin/connections/{name}")
def delete_connection(call: Call) -> Any:
    """Delete a connection, whether it is in use or not."""
    call.admin()
    call.dss.instance.connection(call.name)
    del call.dss.instance.connections[call.name]
    call.dss.instance.save()


@route("GET", "/admin/code-envs")
def code_envs(call: Call) -> Any:
    """List the heads of all code environments."""
    keys = ("envName", "envLang", "deploymentMode", "owner")
    known = call.dss.instance.code_envs.values()
    return [{**{key: each[key] for key in keys}, "isUptodate": True} for each in known]


@route("GET", "/admin/code-envs/{lang}/{name}")
def code_env(call: Call) -> Any:
    """Return a code environment."""
    found = call.dss.instance.code_envs.get(call.name)
    if found is None or found["envLang"] != call.vars["lang"]:
        raise coded(f"{call.vars['lang']} env {call.name} doesn't exist")
    return found


@route("GET", "/admin/users")
def users(call: Call) -> Any:
    """List all users."""
    call.admin()
    return [*call.dss.instance.users.values()]


@route("GET", "/admin/users/{name}")
def user(call: Call) -> Any:
    """Return a user, without the password."""
    call.admin()
    return _one(call.dss.instance.users, call.name, "user")


@route("GET", "/admin/groups")
def groups(call: Call) -> Any:
    """List all groups."""
    call.admin()
    return [*call.dss.instance.groups.values()]


@route("GET", "/admin/groups/{name}")
def group(call: Call) -> Any:
    """Return a group."""
    call.admin()
    return _one(call.dss.instance.groups, call.name, "group")


def _one(known: dict[str, Document], name: str, noun: str) -> Document:
    if name not in known:
        raise not_found(f"{noun} does not exist: {name}")
    return known[name]


@route("GET", "/users")
def light_users(call: Call) -> Any:
    """List what everybody may know of the users."""
    return [_light(each) for each in call.dss.instance.users.values()]


@route("GET", "/users/{name}")
def light_user(call: Call) -> Any:
    """Return what everybody may know of a user."""
    return _light(_one(call.dss.instance.users, call.name, "user"))


def _light(user: Document) -> Document:
    return {key: user[key] for key in ("login", "displayName", "enabled", "groups")}


@route("POST", "/projects/{project}/actions/sync")
def sync(call: Call) -> Any:
    """Synchronise the permissions on datasets, of which the emulator has none."""
    return futures.finished(call.dss, {"project": call.project.key})
