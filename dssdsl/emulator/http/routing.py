"""The router: the table of all calls that the emulator serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from dssdsl.emulator.errors import Refused, not_emulated

from .call import Call

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
"""Method, path, handler and approximation of every route, in order of registration."""


def route(method: str, pattern: str, approximate: str = "") -> Callable[[Handler], Handler]:
    """
    Register a handler.

    Args:
        method: The HTTP method.

        pattern: The path. ``{name}`` matches one segment, and ``{path*}`` at the end any number of
            segments, even none.

        approximate: How the response or effect differs from DSS's, or what it is modelled on where no real
            response was available. Empty for an exact route.
    """

    def register(handler: Handler) -> Handler:
        registered.append((method, pattern, handler, approximate))
        _enter(method, pattern, handler)
        return handler

    return register


def absent(method: str, pattern: str) -> None:
    """
    Register a call that is not emulated, and that the router would take for another.

    Otherwise ``GET scenarios/testing-status`` would answer that no scenario has this name.
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
    Return the handler of a path, and the values of its variables.

    It ignores doubled and trailing slashes, and decodes each segment by itself: the client requests
    ``libraries/contents//python/x.py``.

    Raises:
        Refused: There is no handler.
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
