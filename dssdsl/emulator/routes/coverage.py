"""List the calls that the emulator serves, for the documentation."""

from __future__ import annotations

from typing import NamedTuple

from dssdsl.emulator import routes
from dssdsl.emulator.http import routing


class Route(NamedTuple):
    """A call that the emulator serves."""

    method: str
    pattern: str
    """The path, with ``{name}`` for a segment and ``{path*}`` for the rest."""

    summary: str
    """The first line of the handler's docstring."""

    approximate: str
    """How it differs from DSS; empty for an exact route."""


def all_routes() -> list[Route]:
    """Return all calls that the emulator serves, by path and method."""
    routes.load()
    found = [
        Route(method, pattern, (handler.__doc__ or "").strip().partition("\n")[0], approximate)
        for method, pattern, handler, approximate in routing.registered
    ]
    return sorted(found, key=lambda each: (each.pattern, each.method))


def serves(method: str, path: str) -> Route | None:
    """
    Return the route of a call, or None if it is not emulated.

    A word of the path must be a word of the route: ``jobs/running`` is not the job of this name, though
    the router would take it for one.

    Args:
        method: The HTTP method.

        path: A path of the API's documentation, with variables as ``{name}``.
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
