"""The rights of a user in a project, from the key, the groups and the project's permissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.errors import unauthorized
from dssdsl.emulator.project.project import Project

from .objects import Instance
from .users import User

ALL = frozenset(defaults.PERMISSION)
_IMPLIED = {
    "admin": ALL,
    "writeProjectContent": frozenset(
        ("readProjectContent", "readDashboards", "writeDashboards", "runScenarios")
    ),
    "readProjectContent": frozenset(("readDashboards",)),
    "publishToDataCollections": frozenset(("manageDashboardAuthorizations",)),
    "shareToWorkspaces": frozenset(("manageDashboardAuthorizations",)),
}
"""The rights that a right implies. DSS does not store them."""

_READS = ("export",)
"""POST requests that change nothing."""


def granted(instance: Instance, user: User, project: Project) -> frozenset[str]:
    """Return a user's rights in a project; empty if they may not see it."""
    if user.projects is not None:
        return ALL if project.key in user.projects else frozenset()
    if user.rights is not None:
        return _flags([user.rights.get(project.key) or {}])
    if user.admin:
        return ALL
    params = project.params()
    if params.get("owner") == user.login:
        return ALL
    groups = instance.groups_of(user)
    return _flags(
        item
        for item in params.get("permissions", [])
        if item.get("user") == user.login or item.get("group") in groups
    )


def with_implied(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item of a project's permissions with the rights that it implies."""
    return {**item, **dict.fromkeys(sorted(_flags([item])), True)}


def _flags(items: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    flags = {flag for item in items for flag in ALL if item.get(flag)}
    return frozenset(flags.union(*(_IMPLIED.get(flag, ()) for flag in flags)))


def check(known: frozenset[str], method: str, path: str, key: str) -> None:
    """
    Raise ``Refused`` unless the user's rights cover a request to a project.

    Args:
        known: The user's rights in the project.

        method: The HTTP method.

        path: The path of the request.

        key: The project's key.
    """
    needed = _needed(method, path.split("/")[3:])
    if needed not in known and needed:
        raise unauthorized(f"Action forbidden: {needed} is needed on project {key}")


def _needed(method: str, rest: list[str]) -> str:
    part, last = (rest[0], rest[-1]) if rest else ("", "")
    reads = method in ("GET", "HEAD")
    if part in ("dashboards", "insights"):
        return "readDashboards" if reads else "writeDashboards"
    if reads or part in _READS:
        # Everybody with any right in a project may read its summary.
        return "readProjectContent" if part else ""
    if part == "scenarios" and last in ("run", "abort"):
        return "runScenarios"
    return "admin" if part in ("", "permissions") else "writeProjectContent"
