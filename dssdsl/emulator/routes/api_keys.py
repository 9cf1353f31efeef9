"""API keys of the instance, and personal API keys of users."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import not_found
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project import ids

_GLOBAL, _PERSONAL = "/admin/global-api-keys", "/personal-api-keys"


def _key(call: Call, personal: str = "") -> Document:
    found = call.dss.instance.api_keys.get(call.name)
    if found is None or found.get("user", "") != personal:
        raise not_found(f"API key does not exist: {call.name}")
    return found


def _hidden(key: Document) -> Document:
    return {**key, "key": ""}


def _add_key(call: Call, document: Document) -> Document:
    name = ids.make(16)
    made = {"createdOn": int(call.dss.clock() * 1000), "createdBy": call.login}
    key = {**document, **made, "id": name, "key": f"dkuaps-{ids.make(32)}"}
    call.dss.instance.api_keys[name] = key
    call.dss.instance.save()
    call.dss.authentication.forget()
    return key


@route("GET", _GLOBAL, approximate="responses as the client reads them")
def global_keys(call: Call) -> Any:
    """List the instance's API keys, without their secrets."""
    call.admin()
    return [_hidden(each) for each in call.dss.instance.api_keys.values() if "user" not in each]


@route("POST", _GLOBAL, approximate="responses as the client reads them")
def create_global_key(call: Call) -> Any:
    """Create an API key, which works at once, and return its secret this one time."""
    call.admin()
    sent = without_nulls(call.document)
    fresh = {"label": "", "description": "", "globalPermissions": {"admin": False}}
    return _add_key(call, {**fresh, "projects": {}, "projectFolders": {}, **sent})


@route("GET", f"{_GLOBAL}/{{name}}", approximate="responses as the client reads them")
def global_key(call: Call) -> Any:
    """Return an API key's definition, without its secret."""
    call.admin()
    return _hidden(_key(call))


@route("PUT", f"{_GLOBAL}/{{name}}", approximate="responses as the client reads them")
def put_global_key(call: Call) -> Any:
    """Replace an API key's definition; the secret stays."""
    call.admin()
    before = _key(call)
    fixed = {key: before[key] for key in ("id", "key", "createdOn", "createdBy")}
    call.dss.instance.api_keys[call.name] = {**without_nulls(call.document), **fixed}
    call.dss.instance.save()
    call.dss.authentication.forget()


@route("DELETE", f"{_GLOBAL}/{{name}}", approximate="responses as the client reads them")
def delete_global_key(call: Call) -> Any:
    """Delete an API key, which stops working at once."""
    call.admin()
    _key(call)
    _drop_key(call)


def _drop_key(call: Call) -> None:
    del call.dss.instance.api_keys[call.name]
    call.dss.instance.save()
    call.dss.authentication.forget()


@route("GET", "/admin/globalAPIKeys/{name}", approximate="responses as the client reads them")
def global_key_by_secret(call: Call) -> Any:
    """Return the definition of the API key of this request."""
    call.admin()
    for each in call.dss.instance.api_keys.values():
        if each["key"] == call.name:
            return _hidden(each)
    raise not_found("API key does not exist")


@route("GET", _PERSONAL, approximate="responses as the client reads them")
def personal_keys(call: Call) -> Any:
    """List the user's personal API keys."""
    known = call.dss.instance.api_keys.values()
    return [_hidden(each) for each in known if each.get("user") == call.login]


@route("POST", _PERSONAL, approximate="responses as the client reads them")
def create_personal_key(call: Call) -> Any:
    """Create a personal API key for the user."""
    return _add_key(call, {**without_nulls(call.document), "user": call.login})


@route("GET", f"{_PERSONAL}/{{name}}", approximate="responses as the client reads them")
def personal_key(call: Call) -> Any:
    """Return a personal API key of the user."""
    return _hidden(_key(call, call.login))


@route("PUT", f"{_PERSONAL}/{{name}}", approximate="responses as the client reads them")
def put_personal_key(call: Call) -> Any:
    """Replace the label and description of a personal API key of the user."""
    before = _key(call, call.login)
    sent: Document = {
        key: call.document[key] for key in ("label", "description") if key in call.document
    }
    call.dss.instance.api_keys[call.name] = {**before, **sent}
    call.dss.instance.save()


@route("GET", f"/admin{_PERSONAL}", approximate="responses as the client reads them")
def all_personal_keys(call: Call) -> Any:
    """List the personal API keys of all users."""
    call.admin()
    return [_hidden(each) for each in call.dss.instance.api_keys.values() if "user" in each]


@route("POST", f"/admin{_PERSONAL}", approximate="responses as the client reads them")
def create_key_for(call: Call) -> Any:
    """Create a personal API key for any user."""
    call.admin()
    if call.document.get("user") not in call.dss.instance.users:
        raise not_found(f"user does not exist: {call.document.get('user')}")
    return _add_key(call, without_nulls(call.document))


@route("DELETE", f"{_PERSONAL}/{{name}}", approximate="responses as the client reads them")
def delete_personal_key(call: Call) -> Any:
    """Delete a personal API key of the user."""
    _key(call, call.login)
    _drop_key(call)
