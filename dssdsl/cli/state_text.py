"""What snapshots hold, in words and as plain values; secrets only as that they are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .screen import Line, Span, line, pad
from .values import SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dssdsl.state.snapshot import Entry, Snapshot


def listing(snapshots: Mapping[str, Snapshot]) -> Iterator[Line]:
    """One line for each recorded resource, under its project."""
    if not any(snapshot.entries for snapshot in snapshots.values()):
        yield line("Nothing is recorded: nothing was deployed yet.")
    for project, snapshot in sorted(snapshots.items()):
        if not snapshot.entries:
            continue
        told = (
            f", deployment {snapshot.serial} of {snapshot.last_applied}" if snapshot.serial else ""
        )
        yield line(Span(f"{project}{told}", "bold"))
        wide = max(len(key) for key in snapshot.entries)
        for key, entry in sorted(snapshot.entries.items()):
            marks = (
                entry.origin,
                "protected" if entry.protect else "",
                "protected in the state" if entry.protected_in_state else "",
            )
            told = ", ".join(mark for mark in marks if mark)
            yield line(f"  {pad(key.rstrip('/'), wide)}  {told}")


def document(snapshots: Mapping[str, Snapshot]) -> dict[str, Any]:
    """What is recorded, as plain values."""
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
    """An entry with every secret's digest left out."""
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
