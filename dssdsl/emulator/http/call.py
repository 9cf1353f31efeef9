"""Requests and answers, as handlers see them."""

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
class Raw:
    """An answer that is ready as it is."""

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
        """Return a yes or no of the query, as Python or JavaScript would spell it."""
        return self.param(name, str(default)).lower() in ("true", "1", "yes")

    @cached_property
    def body(self) -> Any:
        """What the body says, as JSON whatever its content type; None without a body."""
        if not self.content:
            return None
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            message = f"com.google.gson.stream.MalformedJsonException: {error}"
            raise Refused(400, "com.google.gson.JsonSyntaxException", message) from None

    @property
    def document(self) -> dict[str, Any]:
        """The body, which has to be a JSON object."""
        if not isinstance(self.body, dict):
            raise illegal("Expected a JSON object in the body of the request")
        return self.body

    @property
    def name(self) -> str:
        """The object that the path names."""
        return self.vars["name"]

    @cached_property
    def project(self) -> Project:
        """The project that the path names, if the user may see it."""
        return self.dss.open(self.vars["project"], self.user)

    def may_create_projects(self) -> None:
        """Refuse users whom neither their groups nor their key let make projects."""
        if not self.user.admin and not self.dss.instance.may(self.user, "mayCreateProjects"):
            raise unauthorized("You may not create new projects")

    def check(self, method: str, project: Project, part: str) -> None:
        """Refuse what the user may not do in a project that the path does not name."""
        known = rights.granted(self.dss.instance, self.user, project)
        rights.check(known, method, f"/projects/{project.key}/{part}", project.key)

    def sees(self, key: str) -> bool:
        """Tell whether the user may see a project."""
        return bool(rights.granted(self.dss.instance, self.user, self.dss.project(key)))

    @property
    def login(self) -> str:
        """Who asks."""
        return self.user.login

    def commit(self, message: str) -> None:
        """Make the changes to the project one commit of the user's."""
        self.project.commit(message, self.login)

    def admin(self, *flags: str) -> None:
        """Refuse users who are no administrators, and whose groups do not have one of the flags."""
        if not self.user.admin and not any(
            self.dss.instance.may(self.user, flag) for flag in flags
        ):
            raise unauthorized("Action forbidden, you are not admin")
