"""What the emulator can be asked, for a document that says so."""

from __future__ import annotations

from typing import NamedTuple

from . import routes, routing
from .refusals import Refused


class Route(NamedTuple):
    """One thing that the emulator can be asked."""

    method: str
    pattern: str
    """The path, with ``{name}`` for a segment and ``{path*}`` for all that follow."""

    summary: str
    """The first line of what the handler says of itself."""


def all_routes() -> list[Route]:
    """Return all that the emulator answers with other than 501, by path and method."""
    routes.load()
    found = [
        Route(method, pattern, (handler.__doc__ or "").strip().partition("\n")[0])
        for method, pattern, handler in routing.registered
    ]
    return sorted(found, key=lambda each: (each.pattern, each.method))


def serves(method: str, path: str) -> bool:
    """
    Tell whether a call is emulated.

    Args:
        method: The HTTP method.

        path: A path in which variables may stand as ``{name}`` or as values.
    """
    routes.load()
    try:
        routing.find(method, path.partition("?")[0])
    except Refused:
        return False
    return True
