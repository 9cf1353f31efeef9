"""Makes the entry that the state keeps of a resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dssdsl.lang.keys import Key
from dssdsl.lang.live import Live
from dssdsl.lang.model import many
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, at_creation, sealed, settled
from dssdsl.state.snapshot import Entry

from .runs import told


def entry_of(
    resource: Resource,
    want: Document,
    salt: str,
    live: Live,
    before: Entry | None,
    *,
    origin: str,
    normalized: Mapping[str, Any],
    needs: Iterable[Key],
) -> Entry:
    """
    The entry of a resource that is deployed.

    Args:
        resource: What the program declares.
        want: Its document.
        salt: For the digests of secrets.
        live: What DSS holds.
        before: Its entry until now.
        origin: ``created`` or ``adopted``, where there is no entry yet.
        normalized: Where DSS stores a value in another form than the program sets it.
        needs: The keys of what it needs.
    """
    recorded = sealed(settled(want), salt)
    if before is not None and before.recorded == recorded:
        created = before.created_with
    else:
        created = beside(recorded, sealed(settled(at_creation(want)), salt)) or {}
    return Entry(
        id=live.id,
        origin=before.origin if before else origin,
        recorded=recorded,
        normalized=dict(normalized),
        version=live.version,
        created_at=live.created_at,
        renamed_from=resource.names_done,
        needs=sorted(need.seen_from(resource.key.project) for need in needs),
        protect=resource.protect,
        protected_in_state=before is not None and before.protected_in_state,
        retain=resource.retain_on_delete,
        set_by_runs=told(resource),
        exclusive=list(many(resource.exclusive)),
        created_with=created,
    )


def beside(recorded: Any, created: Any) -> Any:
    """
    What only *created* has, at its place: None where that is nothing.

    A list of it has an item for each of the recorded ones.
    """
    if isinstance(recorded, dict) and isinstance(created, dict):
        found = {
            name: beside(recorded[name], value) if name in recorded else value
            for name, value in created.items()
        }
        return {name: value for name, value in found.items() if value is not None} or None
    if isinstance(recorded, list) and isinstance(created, list) and len(recorded) == len(created):
        items = [beside(a, b) for a, b in zip(recorded, created, strict=True)]
        return items if any(item is not None for item in items) else None
    return None
