"""Requests and responses, as handlers see them."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from attrs import Factory, define, frozen

from dssdsl.emulator.errors import Refused, illegal, unauthorized
from dssdsl.emulator.instance import rights
from dssdsl.emulator.instance.dss import Dss
from dssdsl.emulator.instance.users import User
from dssdsl.emulator.project.project import Project

JSON = "application/json;charset=utf-8"


@frozen
class Response:
    """A response: content, type and status."""

    content: bytes | str
    type: str = JSON
    status: int = 200


@define
class Call:
    """One request, as a handler sees it."""

    dss: Dss
    user: User
    method: str
    path: str
    query: str
    content: bytes
    content_type: str = ""
    vars: dict[str, str] = Factory(dict)

    @cached_property
    def params(self) -> dict[str, list[str]]:
        """The query's parameters."""
        return parse_qs(self.query, keep_blank_values=True)

    def param(self, name: str, default: str = "") -> str:
        """Return a parameter of the query."""
        return self.params.get(name, [default])[-1]

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean parameter of the query, as Python or JavaScript spell it."""
        return self.param(name, str(default)).lower() in ("true", "1", "yes")

    @cached_property
    def body(self) -> Any:
        """The body, read as JSON for any content type; None without a body."""
        if not self.content:
            return None
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            message = f"com.google.gson.stream.MalformedJsonException: {error}"
            raise Refused(400, "com.google.gson.JsonSyntaxException", message) from None

    @property
    def document(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        if not isinstance(self.body, dict):
            raise illegal("Expected a JSON object in the body of the request")
        return self.body

    @property
    def name(self) -> str:
        """The name of the object in the path."""
        return self.vars["name"]

    @cached_property
    def project(self) -> Project:
        """The project in the path, if the user may see it."""
        return self.dss.open(self.vars["project"], self.user)

    def may_create_projects(self) -> None:
        """Raise ``Refused`` unless the user's groups or key may create projects."""
        if not self.user.admin and not self.dss.instance.may(self.user, "mayCreateProjects"):
            raise unauthorized("You may not create new projects")

    def check(self, method: str, project: Project, part: str) -> None:
        """Raise ``Refused`` unless the user may do this in a project that is not in the path."""
        known = rights.granted(self.dss.instance, self.user, project)
        rights.check(known, method, f"/projects/{project.key}/{part}", project.key)

    def sees(self, key: str) -> bool:
        """Return whether the user may see a project."""
        return bool(rights.granted(self.dss.instance, self.user, self.dss.project(key)))

    @property
    def login(self) -> str:
        """The login of the user."""
        return self.user.login

    def commit(self, message: str) -> None:
        """Commit the changes to the project, with the user as author."""
        self.project.commit(message, self.login)

    def admin(self, *flags: str) -> None:
        """Raise ``Refused`` unless the user is an administrator or has one of these flags."""
        if not self.user.admin and not any(
            self.dss.instance.may(self.user, flag) for flag in flags
        ):
            raise unauthorized("Action forbidden, you are not admin")
