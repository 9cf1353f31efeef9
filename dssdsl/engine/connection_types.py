"""Objects whose connection changes to one of another type: DSS cannot use their type there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dssdsl.errors import Denied, ProgramError
from dssdsl.lang.keys import Key
from dssdsl.lang.kinds import facts
from dssdsl.lang.live import Live
from dssdsl.lang.values import Document, settled
from dssdsl.state.snapshot import Entry

from .outside import Outside


def fit_connections(
    outside: Outside,
    wants: dict[Key, Document],
    live: Mapping[Key, Live],
    entry: Callable[[Key], Entry | None],
) -> dict[Key, Live]:
    """
    Want the type of its new connection for each object whose connection changes to one of another type.

    DSS keeps the type that an object got at its creation, so the plan is to replace it. A type that the
    program sets and that does not fit is added to the errors.

    Returns:
        What DSS holds, with the whole documents of these objects.
    """
    whole, dss = dict(live), outside.dss
    for key, want in wants.items():
        one = live.get(key)
        if one is None or not facts(key.kind).holds_data:
            continue
        recorded = entry(key)
        held = one.document or one.head or (recorded.recorded if recorded else {})
        old, new = connection(held), connection(settled(want))
        if new is None or old == new:
            continue
        try:
            type = dss.connection_type(new, key.project)
            before = dss.connection_type(old, key.project) if old in dss.connections else None
        except Denied:
            outside.not_checked.append(f"the types of the connections of {key.label}")
            continue
        if type == before:
            continue
        if "type" not in want:
            if one.document is None:
                one = outside.providers[key.kind].read(dss, key.project, one.id) or one
                whole[key] = one
            if (one.document or {}).get("type") != type:
                wants[key] = {**want, "type": type}
        elif want["type"] == before:
            outside.errors.append(
                ProgramError(
                    f'{key.label} has the type {before}, and its new connection "{new}" has the type {type}',
                    at=outside.graph.resources[key].source,
                    fix=f"declare it as a dataset of the type {type}, or undo the change",
                )
            )
    return whole


def connection(document: Mapping[str, Any]) -> str | None:
    """The connection that a document names."""
    name = (document.get("params") or {}).get("connection")
    return name if isinstance(name, str) else None
