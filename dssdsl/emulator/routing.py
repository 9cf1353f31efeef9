"""Requests, answers, and the table of what the emulator can be asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from . import rights
from .refusals import Refused, illegal, not_emulated, unauthorized

if TYPE_CHECKING:
    from .app import Emulator
    from .disk import Project

JSON = "application/json;charset=utf-8"


@dataclass(frozen=True)
class User:
    """Whom an API key stands for, and what they may do."""

    login: str
    admin: bool = True
    projects: frozenset[str] | set[str] | None = None
    """Keys of the projects that they may use; None means all."""

    read_only: bool = False
    groups: Sequence[str] = ()
    rights: Mapping[str, Mapping[str, Any]] | None = None
    """What the key may do in each project, where the key says so and not the projects."""

    may: frozenset[str] | None = None
    """What the key may do on the instance, such as ``mayCreateProjects``; None: as the groups may."""


@dataclass(frozen=True)
class LoggedRequest:
    """A request that the emulator was sent."""

    method: str
    path: str
    query: str
    status: int
    login: str
    body: str


@dataclass(frozen=True)
class Raw:
    """An answer that is ready as it is."""

    content: bytes | str
    type: str = JSON
    status: int = 200


@dataclass
class Call:
    """One request, as a handler sees it."""

    dss: Emulator
    user: User
    method: str
    path: str
    query: str
    content: bytes
    content_type: str = ""
    vars: dict[str, str] = field(default_factory=dict)

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


Handler = Callable[[Call], Any]


class _Node:
    __slots__ = ("handlers", "literal", "name", "rest", "variable")

    def __init__(self, name: str = "") -> None:
        self.literal: dict[str, _Node] = {}
        self.variable: _Node | None = None
        self.name = name
        self.handlers: dict[str, Handler] = {}
        self.rest: dict[str, Handler] = {}


_ROOT = _Node()
registered: list[tuple[str, str, Handler, str]] = []
"""Method, path, handler, and what is not exact of every route, in the order of their registration."""


def route(method: str, pattern: str, near: str = "") -> Callable[[Handler], Handler]:
    """
    Register a handler.

    Args:
        method: The HTTP method.

        pattern: The path. ``{name}`` stands for one segment, and ``{path*}`` at its end for all
            that follow, also for none.

        near: How the answer or the effect is not what DSS's would be, or that nobody saw DSS's.
    """

    def register(handler: Handler) -> Handler:
        registered.append((method, pattern, handler, near))
        _enter(method, pattern, handler)
        return handler

    return register


def absent(method: str, pattern: str) -> None:
    """
    Say that a call is not emulated whose path the router would take for another's.

    Without, ``GET scenarios/testing-status`` would answer that no scenario is called so.
    """

    def refuse(call: Call) -> Any:
        raise not_emulated(f"{call.method} {call.path}")

    _enter(method, pattern, refuse)


def _enter(method: str, pattern: str, handler: Handler) -> None:
    node = _ROOT
    for part in pattern.strip("/").split("/"):
        if part.endswith("*}"):
            node.rest[method] = handler
            return
        if part.startswith("{"):
            node.variable = node.variable or _Node(part[1:-1])
            if node.variable.name != part[1:-1]:
                raise ValueError(f"{pattern}: {part} is called {node.variable.name} elsewhere")
            node = node.variable
        else:
            node = node.literal.setdefault(part, _Node())
    node.handlers[method] = handler


def find(method: str, path: str) -> tuple[Handler, dict[str, str]]:
    """
    Return the handler of a path, and what its variables stand for.

    Doubled and trailing slashes do not count, and each segment is decoded on its own: the client
    asks for ``libraries/contents//python/x.py``.

    Raises:
        Refused: Nobody handles it.
    """
    segments = [unquote(part) for part in path.split("/") if part]
    found: dict[str, str] = {}
    handlers = _walk(_ROOT, segments, 0, found, method)
    if handlers is None:
        raise not_emulated(f"{method} {path}")
    handler = handlers.get(method)
    if handler is None:
        message = f"Request method '{method}' not supported"
        raise Refused(
            405, "org.springframework.web.HttpRequestMethodNotSupportedException", message
        )
    return handler, found


def _walk(
    node: _Node, segments: list[str], at: int, found: dict[str, str], method: str
) -> dict[str, Handler] | None:
    if at == len(segments):
        return node.handlers or (found.update(path="") or node.rest if node.rest else None)
    part = segments[at]
    after = node.literal.get(part)
    if after is not None:
        handlers = _walk(after, segments, at + 1, found, method)
        if handlers is not None:
            return handlers
    if node.variable is not None:
        found[node.variable.name] = part
        handlers = _walk(node.variable, segments, at + 1, found, method)
        if handlers is not None:
            return handlers
    if node.rest:
        found["path"] = "/".join(segments[at:])
        return node.rest
    return None
