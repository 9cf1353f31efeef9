"""The instance: connections, settings, variables, licence."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import exists, failed, illegal
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.instance import futures
from dssdsl.emulator.rules import masking


@route("GET", "/connections/get-names")
def names(call: Call) -> Any:
    """List the names of all connections, or of those of one type."""
    kind = call.param("type", "all")
    known = call.dss.instance.connections
    return [name for name, each in known.items() if kind in ("all", "", each["type"])]


@route("GET", "/connections/{name}/info", approximate="without resolved parameters")
def info(call: Call) -> Any:
    """Return the public part of a connection."""
    found = call.dss.instance.connection(call.name)
    return {"name": call.name, "type": found["type"], "resolvedParams": {}}


@route("GET", "/connections/{name}/test", approximate="always succeeds")
def test(call: Call) -> Any:
    """Test a connection, which always succeeds."""
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


@route("POST", "/admin/connections", approximate="defaults that do not depend on the type")
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
        raise failed("Unknown connection type S3")  # DSS's type for these connections is EC2
    fresh = {**defaults.connection(name, kind), "allowManagedFolders": False}
    call.dss.instance.connections[name] = _kept(call, {**fresh, **sent})
    call.dss.instance.save()
    return {"msg": f"created connection {name}"}


def _kept(call: Call, document: Document) -> Document:
    """Return a connection as DSS stores it. It encrypts secrets again with every save."""
    if call.dss.normalise:
        document["params"] = masking.encrypted(document.get("params") or {})
    return document


@route("PUT", "/admin/connections/{name}")
def put_connection(call: Call) -> Any:
    """Replace a connection's definition."""
    call.admin()
    before = call.dss.instance.connection(call.name)
    fixed = {"name": call.name, "type": before["type"]}
    sent = {**without_nulls(call.document), **fixed}
    call.dss.instance.connections[call.name] = _kept(call, sent)
    call.dss.instance.save()
    return {"msg": f"saved connection {call.name}"}


@route("DELETE", "/admin/connections/{name}")
def delete_connection(call: Call) -> Any:
    """Delete a connection, even if it is in use."""
    call.admin()
    call.dss.instance.connection(call.name)
    del call.dss.instance.connections[call.name]
    call.dss.instance.save()


@route("GET", "/admin/general-settings", approximate="some of the settings, with their defaults")
def general_settings(call: Call) -> Any:
    """Return the settings of the instance."""
    call.admin()
    return call.dss.instance.settings


@route("PUT", "/admin/general-settings", approximate="some of the settings, with their defaults")
def put_general_settings(call: Call) -> Any:
    """Replace the settings of the instance; DSS drops unknown keys."""
    call.admin()
    sent, before = without_nulls(call.document), call.dss.instance.settings
    if call.dss.normalise:
        sent = {key: sent.get(key, value) for key, value in before.items()}
    call.dss.instance.settings = sent
    call.dss.instance.save()


@route("GET", "/admin/variables")
def variables(call: Call) -> Any:
    """Return the variables of the instance."""
    call.admin()
    return call.dss.instance.variables


@route("PUT", "/admin/variables")
def put_variables(call: Call) -> Any:
    """Replace the variables of the instance."""
    call.admin()
    call.dss.instance.variables = call.document
    call.dss.instance.save()


@route("GET", "/admin/licensing/status", approximate="a licence that allows everything")
def licence(call: Call) -> Any:
    """Return the status of the licence, which allows everything."""
    call.admin()
    profiles = ["DESIGNER", "DATA_SCIENTIST", "DATA_ANALYST", "EXPLORER", "READER"]
    return {
        "ceEnterprise": False,
        "base": {
            "hasLicense": True,
            "valid": True,
            "expired": False,
            "expiresOn": 0,
            "userProfiles": profiles,
            "profileLimits": {},
            "licenseContent": {},
        },
        "limits": {"licensedProfiles": {}},
        "features": {"allowedConnectionTypes": sorted({*defaults.TABLE_TYPES, *_FILES})},
    }


_FILES = ("EC2", "Filesystem", "Azure", "GCS", "HDFS", "FTP", "SSH")


@route(
    "POST",
    "/projects/{project}/actions/sync",
    approximate="the emulator has no permissions on data",
)
def sync(call: Call) -> Any:
    """Synchronise the permissions on datasets. The emulator has none."""
    return futures.finished(call.dss, {"project": call.project.key})
