"""Users and groups."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import Refused, illegal, not_found
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.rules import masking

_NAME = re.compile(r"[A-Za-z0-9@.+_-]{1,80}\Z")
_SHORTEST_LOGIN, _SHORTEST_PASSWORD = 3, 5
_SECRET = ("password", "encryptedPassword")
_MASKED = ("secrets", "credentials")


def _one(known: dict[str, Document], name: str, noun: str) -> Document:
    if name not in known:
        raise not_found(f"{noun} does not exist: {name}")
    return known[name]


def _saved(call: Call) -> None:
    """Save the instance, and forget the rights of all keys."""
    call.dss.instance.save()
    call.dss.authentication.forget()


def _taken(message: str, code: str) -> Refused:
    return Refused(500, "com.dataiku.dip.exceptions.CodedException", message, code)


# -- users --------------------------------------------------------------------------------------


@route("GET", "/admin/users")
def users(call: Call) -> Any:
    """List all users."""
    call.admin()
    return [*call.dss.instance.users.values()]


@route("POST", "/admin/users")
def create_user(call: Call) -> Any:
    """Create a user. DSS never returns the password."""
    call.admin()
    _create_user(call, without_nulls(call.document))
    return {"msg": f"created user {call.document['login']}"}


def _create_user(call: Call, sent: Document) -> None:
    login = sent.get("login", "")
    if not _NAME.match(login) or len(login) < _SHORTEST_LOGIN:
        raise illegal(f"Invalid login: '{login}'")
    if login in call.dss.instance.users:
        raise _taken(f"User '{login}' already exists", "ERR_SECURITY_USER_EXISTS")
    if sent.get("sourceType", "LOCAL") == "LOCAL" and (
        len(sent.get("password", "")) < _SHORTEST_PASSWORD
    ):
        raise illegal("The password is too short")
    fresh = {**defaults.user(login, []), "email": "", "creationDate": int(call.dss.clock() * 1000)}
    call.dss.instance.users[login] = _user({**fresh, **sent})
    call.dss.instance.save()


def _user(document: Document) -> Document:
    document = {key: value for key, value in document.items() if key not in _SECRET}
    document |= {key: masking.encrypted(document[key]) for key in _MASKED if key in document}
    document["groups"] = sorted({*document.get("groups", ())})
    return document


@route("GET", "/admin/users/{name}")
def user(call: Call) -> Any:
    """Return a user, without the password."""
    call.admin()
    return _one(call.dss.instance.users, call.name, "user")


@route("PUT", "/admin/users/{name}")
def put_user(call: Call) -> Any:
    """Replace a user."""
    call.admin()
    return _put_user(call, call.name, without_nulls(call.document))


def _put_user(call: Call, login: str, sent: Document) -> Document:
    before = _one(call.dss.instance.users, login, "user")
    fixed = {"login": login, "creationDate": before.get("creationDate", 0)}
    call.dss.instance.users[login] = _user({**defaults.user(login, []), **sent, **fixed})
    _saved(call)
    return call.dss.instance.users[login]


@route("DELETE", "/admin/users/{name}")
def delete_user(call: Call) -> Any:
    """Delete a user. To delete yourself takes a flag."""
    call.admin()
    _delete_user(call, call.name)


def _delete_user(call: Call, login: str) -> None:
    _one(call.dss.instance.users, login, "user")
    if login == call.login and not call.flag("allowSelfDeletion"):
        raise illegal("You may not delete yourself")
    del call.dss.instance.users[login]
    _saved(call)


def _each(items: Any, login: Callable[[Any], str], act: Callable[[Any], object]) -> list[Document]:
    """Do something for each of many users, and return the outcome of each."""
    found = []
    for item in items if isinstance(items, list) else ():
        status = {"login": login(item), "status": "SUCCESS", "error": ""}
        try:
            act(item)
        except Refused as refused:
            status |= {"status": "FAILURE", "error": refused.message}
        found.append(status)
    return found


@route("POST", "/admin/users/actions/bulk", approximate="responses as the client reads them")
def create_users(call: Call) -> Any:
    """Create many users."""
    call.admin()
    sent = without_nulls(call.body)
    return _each(sent, lambda each: str(each.get("login")), lambda each: _create_user(call, each))


@route("PUT", "/admin/users/actions/bulk", approximate="responses as the client reads them")
def put_users(call: Call) -> Any:
    """Change some fields of many users."""
    call.admin()

    def change(sent: Document) -> None:
        before = _one(call.dss.instance.users, sent["login"], "user")
        _put_user(call, sent["login"], {**before, **sent})

    return _each(without_nulls(call.body), lambda each: str(each.get("login")), change)


@route("DELETE", "/admin/users/actions/bulk", approximate="responses as the client reads them")
def delete_users(call: Call) -> Any:
    """Delete many users."""
    call.admin()
    return _each(call.body, str, lambda login: _delete_user(call, login))


@route("GET", "/users", approximate="responses as the client reads them")
def light_users(call: Call) -> Any:
    """List the public part of all users."""
    return [_light(each) for each in call.dss.instance.users.values()]


@route("GET", "/users/{name}", approximate="responses as the client reads them")
def light_user(call: Call) -> Any:
    """Return the public part of a user."""
    return _light(_one(call.dss.instance.users, call.name, "user"))


def _light(user: Document) -> Document:
    return {key: user[key] for key in ("login", "displayName", "enabled", "groups") if key in user}


@route("GET", "/current-user", approximate="responses as the client reads them")
def own_user(call: Call) -> Any:
    """Return the user of the request."""
    return _one(call.dss.instance.users, call.login, "user")


@route("PUT", "/current-user", approximate="responses as the client reads them")
def put_own_user(call: Call) -> Any:
    """Replace the part that users may change themselves: not groups, profile or state."""
    before = _one(call.dss.instance.users, call.login, "user")
    kept = ("groups", "userProfile", "enabled", "sourceType")
    _put_user(call, call.login, {**call.document, **{key: before[key] for key in kept}})


def _activity(login: str) -> Document:
    return {
        "login": login,
        "lastSuccessfulLogin": 0,
        "lastFailedLogin": 0,
        "lastSessionActivity": 0,
    }


@route("GET", "/admin/users-activity", approximate="no user logs in to the emulator")
def activities(call: Call) -> Any:
    """List the last activity of each user: always none."""
    call.admin()
    return [_activity(login) for login in call.dss.instance.users]


@route("GET", "/admin/users/{name}/activity", approximate="no user logs in to the emulator")
def activity(call: Call) -> Any:
    """Return the last activity of a user: always none."""
    call.admin()
    return _activity(_one(call.dss.instance.users, call.name, "user")["login"])


# -- groups -------------------------------------------------------------------------------------


@route("GET", "/admin/groups")
def groups(call: Call) -> Any:
    """List all groups."""
    call.admin()
    return [*call.dss.instance.groups.values()]


@route("POST", "/admin/groups")
def create_group(call: Call) -> Any:
    """Create a group. DSS ignores its rights here; set them by PUT."""
    call.admin()
    sent = without_nulls(call.document)
    name = sent.get("name", "")
    if not _NAME.match(name):
        raise illegal(f"Invalid group name: '{name}'")
    if name in call.dss.instance.groups:
        raise _taken(f"Group '{name}' already exists", "ERR_SECURITY_GROUP_EXISTS")
    taken = {key: sent[key] for key in ("description", "sourceType") if key in sent}
    call.dss.instance.groups[name] = {**defaults.group(name), "admin": False, **taken}
    call.dss.instance.save()
    return {"msg": f"created group {name}"}


@route("GET", "/groups", approximate="responses as the client reads them")
def light_groups(call: Call) -> Any:
    """List the public part of all groups."""
    known = call.dss.instance.groups.values()
    return [{key: each[key] for key in ("name", "description", "sourceType")} for each in known]


@route("GET", "/admin/groups/{name}")
def group(call: Call) -> Any:
    """Return a group."""
    call.admin()
    return _one(call.dss.instance.groups, call.name, "group")


@route("PUT", "/admin/groups/{name}")
def put_group(call: Call) -> Any:
    """Replace a group. DSS drops unknown keys, and a missing flag is false."""
    call.admin()
    before = _one(call.dss.instance.groups, call.name, "group")
    sent, fresh = without_nulls(call.document), defaults.group(call.name)
    flags = {key: False for key, value in fresh.items() if isinstance(value, bool)}
    known = {*fresh, *before} if call.dss.normalise else {*sent}
    document = {**fresh, **flags, **{key: sent[key] for key in sent if key in known}}
    call.dss.instance.groups[call.name] = {**document, "name": call.name}
    _saved(call)
    return call.dss.instance.groups[call.name]


@route("DELETE", "/admin/groups/{name}")
def delete_group(call: Call) -> Any:
    """Delete a group; its users leave it."""
    call.admin()
    _one(call.dss.instance.groups, call.name, "group")
    del call.dss.instance.groups[call.name]
    for each in call.dss.instance.users.values():
        if call.name in each["groups"]:
            each["groups"].remove(call.name)
    _saved(call)
