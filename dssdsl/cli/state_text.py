"""Snapshots, as a screen shows them and as plain values. Secrets are masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dssdsl.plan.as_json import SECRET

from .layout import Columns
from .screen import Drawing, Line, Span, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dssdsl.state.snapshot import Entry, Snapshot


def listing(snapshots: Mapping[str, Snapshot]) -> Iterator[Line | Drawing]:
    """The recorded resources by project, one row each."""
    if not any(snapshot.entries for snapshot in snapshots.values()):
        yield line("No resource is recorded: nothing was deployed yet.")
    for project, snapshot in sorted(snapshots.items()):
        if not snapshot.entries:
            continue
        serial, when = snapshot.serial, snapshot.last_applied
        yield line(Span(f"{project}, deployment {serial} of {when}" if serial else project, "bold"))
        rows = [(key.rstrip("/"), _marks(entry)) for key, entry in sorted(snapshot.entries.items())]
        yield Columns(rows, indent=2)


def _marks(entry: Entry) -> str:
    marks = (
        entry.origin,
        "protected" if entry.protect else "",
        "protected in the state" if entry.protected_in_state else "",
    )
    return ", ".join(mark for mark in marks if mark)


def document(snapshots: Mapping[str, Snapshot]) -> dict[str, Any]:
    """The recorded resources, as plain values."""
    return {
        "projects": {
            project: {
                "serial": s.serial,
                "last_applied": s.last_applied,
                "stack": s.stack,
                "program": s.program,
                "entries": {
                    k: {
                        "id": e.id,
                        "origin": e.origin,
                        "protect": e.protect,
                        "protected_in_state": e.protected_in_state,
                    }
                    for k, e in s.entries.items()
                },
            }
            for project, s in snapshots.items()
        }
    }


def shown(entry: Entry) -> dict[str, Any]:
    """An entry without the digests of its secrets."""
    secrets: list[str] = []
    recorded = _masked(entry.recorded, secrets)
    names = {place.rpartition("/")[2] for place in secrets}
    normalized = {
        p: SECRET if p.rpartition("/")[2] in names else v for p, v in entry.normalized.items()
    }
    return {**entry.model_dump(mode="json"), "recorded": recorded, "normalized": normalized}


def _masked(value: Any, secrets: list[str], where: str = "") -> Any:
    from dssdsl.lang.values import DIGEST

    if isinstance(value, dict):
        if DIGEST in value:
            secrets.append(where)
            return SECRET
        return {k: _masked(v, secrets, f"{where}/{k}") for k, v in value.items()}
    if isinstance(value, list):
        return [_masked(v, secrets, f"{where}/{n}") for n, v in enumerate(value)]
    return value
