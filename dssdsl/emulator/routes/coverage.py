"""What the emulator can be asked, for a document that says so."""

from __future__ import annotations

from typing import NamedTuple

from dssdsl.emulator import routes
from dssdsl.emulator.http import routing


class Route(NamedTuple):
    """One thing that the emulator can be asked."""

    method: str
    pattern: str
    """The path, with ``{name}`` for a segment and ``{path*}`` for all that follow."""

    summary: str
    """The first line of what the handler says of itself."""

    near: str
    """How it is not what DSS does; empty where it was observed, or is the project's own file."""


def all_routes() -> list[Route]:
    """Return all that the emulator answers with other than 501, by path and method."""
    routes.load()
    found = [
        Route(method, pattern, (handler.__doc__ or "").strip().partition("\n")[0], near)
        for method, pattern, handler, near in routing.registered
    ]
    return sorted(found, key=lambda each: (each.pattern, each.method))


def serves(method: str, path: str) -> Route | None:
    """
    Return the route that answers a call, or None where it is not emulated.

    A word of the path has to be a word of the route: ``jobs/running`` is not the job that is called
    so, though the router would take it for one.

    Args:
        method: The HTTP method.

        path: A path of the API's documentation, in which variables stand as ``{name}``.
    """
    wanted = [part for part in path.partition("?")[0].split("/") if part]
    found = [each for each in all_routes() if each.method == method and _fits(each, wanted)]
    return found[0] if found else None


def _fits(route: Route, wanted: list[str]) -> bool:
    parts = route.pattern.strip("/").split("/")
    rest = parts[-1].endswith("*}")
    if rest:
        parts.pop()
    if len(wanted) < len(parts) or (len(wanted) > len(parts) and not rest):
        return False
    return all(
        part.startswith("{") == each.startswith("{") and (part.startswith("{") or part == each)
        for part, each in zip(parts, wanted, strict=False)
    )
