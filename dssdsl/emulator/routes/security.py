"""Users, groups and API keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dssdsl.emulator import defaults, ids
from dssdsl.emulator.disk import Document, without_nulls
from dssdsl.emulator.refusals import Refused, illegal, not_found
from dssdsl.emulator.routing import Call, route

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = re.compile(r"[A-Za-z0-9@.+_-]{1,80}\Z")
_SHORTEST_LOGIN, _SHORTEST_PASSWORD = 3, 5
_SECRET = ("password", "encryptedPassword")


def _one(known: dict[str, Document], name: str, noun: str) -> Document:
    if name not in known:
        raise not_found(f"{noun} does not exist: {name}")
    return known[name]


def _saved(call: Call) -> None:
    """Write the instance down, and look anew what each key may."""
    call.dss.instance.save()
    call.dss.forget_users()


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
    """Create a user; the password is never shown again."""
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
    """Delete a user; oneself only if that is said."""
    call.admin()
    _delete_user(call, call.name)


def _delete_user(call: Call, login: str) -> None:
    _one(call.dss.instance.users, login, "user")
    if login == call.login and not call.flag("allowSelfDeletion"):
        raise illegal("You may not delete yourself")
    del call.dss.instance.users[login]
    _saved(call)


def _each(items: Any, login: Callable[[Any], str], act: Callable[[Any], object]) -> list[Document]:
    """Do something for each of many users, and tell of each how that went."""
    found = []
    for item in items if isinstance(items, list) else ():
        status = {"login": login(item), "status": "SUCCESS", "error": ""}
        try:
            act(item)
        except Refused as refused:
            status |= {"status": "FAILURE", "error": refused.message}
        found.append(status)
    return found


@route("POST", "/admin/users/actions/bulk")
def create_users(call: Call) -> Any:
    """Create many users."""
    call.admin()
    sent = without_nulls(call.body)
    return _each(sent, lambda each: str(each.get("login")), lambda each: _create_user(call, each))


@route("PUT", "/admin/users/actions/bulk")
def put_users(call: Call) -> Any:
    """Change some fields of many users."""
    call.admin()

    def change(sent: Document) -> None:
        before = _one(call.dss.instance.users, sent["login"], "user")
        _put_user(call, sent["login"], {**before, **sent})

    return _each(without_nulls(call.body), lambda each: str(each.get("login")), change)


@route("DELETE", "/admin/users/actions/bulk")
def delete_users(call: Call) -> Any:
    """Delete many users."""
    call.admin()
    return _each(call.body, str, lambda login: _delete_user(call, login))


@route("GET", "/users")
def light_users(call: Call) -> Any:
    """List what everybody may know of the users."""
    return [_light(each) for each in call.dss.instance.users.values()]


@route("GET", "/users/{name}")
def light_user(call: Call) -> Any:
    """Return what everybody may know of a user."""
    return _light(_one(call.dss.instance.users, call.name, "user"))


def _light(user: Document) -> Document:
    return {key: user[key] for key in ("login", "displayName", "enabled", "groups") if key in user}


@route("GET", "/current-user")
def own_user(call: Call) -> Any:
    """Return the user who asks."""
    return _one(call.dss.instance.users, call.login, "user")


@route("PUT", "/current-user")
def put_own_user(call: Call) -> Any:
    """Replace what a user may change of their own: not groups, profile or state."""
    before = _one(call.dss.instance.users, call.login, "user")
    kept = ("groups", "userProfile", "enabled", "sourceType")
    _put_user(call, call.login, {**call.document, **{key: before[key] for key in kept}})


# -- groups -------------------------------------------------------------------------------------


@route("GET", "/admin/groups")
def groups(call: Call) -> Any:
    """List all groups."""
    call.admin()
    return [*call.dss.instance.groups.values()]


@route("POST", "/admin/groups")
def create_group(call: Call) -> Any:
    """Create a group. What it may do is ignored here: that takes a PUT."""
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


@route("GET", "/admin/groups/{name}")
def group(call: Call) -> Any:
    """Return a group."""
    call.admin()
    return _one(call.dss.instance.groups, call.name, "group")


@route("PUT", "/admin/groups/{name}")
def put_group(call: Call) -> Any:
    """Replace a group; what DSS does not know is dropped, and a missing flag is false."""
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
    """Delete a group; users who were in it are in it no more."""
    call.admin()
    _one(call.dss.instance.groups, call.name, "group")
    del call.dss.instance.groups[call.name]
    for each in call.dss.instance.users.values():
        if call.name in each["groups"]:
            each["groups"].remove(call.name)
    _saved(call)


# -- API keys -----------------------------------------------------------------------------------

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
    call.dss.forget_users()
    return key


@route("GET", _GLOBAL)
def global_keys(call: Call) -> Any:
    """List the instance's API keys, without what is secret in them."""
    call.admin()
    return [_hidden(each) for each in call.dss.instance.api_keys.values() if "user" not in each]


@route("POST", _GLOBAL)
def create_global_key(call: Call) -> Any:
    """Create an API key, which works at once, and show it this one time."""
    call.admin()
    sent = without_nulls(call.document)
    fresh = {"label": "", "description": "", "globalPermissions": {"admin": False}}
    return _add_key(call, {**fresh, "projects": {}, "projectFolders": {}, **sent})


@route("GET", f"{_GLOBAL}/{{name}}")
def global_key(call: Call) -> Any:
    """Return an API key's definition, without what is secret in it."""
    call.admin()
    return _hidden(_key(call))


@route("PUT", f"{_GLOBAL}/{{name}}")
def put_global_key(call: Call) -> Any:
    """Replace an API key's definition; the key itself stays."""
    call.admin()
    before = _key(call)
    fixed = {key: before[key] for key in ("id", "key", "createdOn", "createdBy")}
    call.dss.instance.api_keys[call.name] = {**without_nulls(call.document), **fixed}
    call.dss.instance.save()
    call.dss.forget_users()


@route("DELETE", f"{_GLOBAL}/{{name}}")
def delete_global_key(call: Call) -> Any:
    """Delete an API key, which is unknown from then on."""
    call.admin()
    _key(call)
    _drop_key(call)


def _drop_key(call: Call) -> None:
    del call.dss.instance.api_keys[call.name]
    call.dss.instance.save()
    call.dss.forget_users()


@route("GET", "/admin/globalAPIKeys/{name}")
def global_key_by_secret(call: Call) -> Any:
    """Return the definition of the API key that is this one."""
    call.admin()
    for each in call.dss.instance.api_keys.values():
        if each["key"] == call.name:
            return _hidden(each)
    raise not_found("API key does not exist")


@route("GET", _PERSONAL)
def personal_keys(call: Call) -> Any:
    """List the API keys of the user who asks."""
    known = call.dss.instance.api_keys.values()
    return [_hidden(each) for each in known if each.get("user") == call.login]


@route("POST", _PERSONAL)
def create_personal_key(call: Call) -> Any:
    """Create an API key that stands for the user who asks."""
    return _add_key(call, {**without_nulls(call.document), "user": call.login})


@route("GET", f"{_PERSONAL}/{{name}}")
def personal_key(call: Call) -> Any:
    """Return an API key of the user who asks."""
    return _hidden(_key(call, call.login))


@route("DELETE", f"{_PERSONAL}/{{name}}")
def delete_personal_key(call: Call) -> Any:
    """Delete an API key of the user who asks."""
    _key(call, call.login)
    _drop_key(call)
